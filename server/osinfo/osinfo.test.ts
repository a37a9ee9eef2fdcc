import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

import { afterEach, describe, expect, test } from 'vitest'

import { isKeptMedia, pack, unpack } from './compact.ts'
import { osDatabaseOf } from './database.ts'
import { readOsinfo, versionOf } from './directory.ts'
import { loadOsDatabase } from './load.ts'
import { newerRelease } from './newer-release.ts'
import type { OsRecords } from './records.ts'
import { scanXml } from './scan-xml.ts'

/** A database of our own, with each rule of inheritance in it once. */
const documents: Record<string, string> = {
  VERSION: '20260101\n',
  'device/example.org/old.xml': `<libosinfo version="0.0.1">
    <device id="http://d/net-old"><name>ne2k_pci</name><class>net</class></device>
    <device id="http://d/net"><name>virtio-net</name><class>net</class></device>
    <device id="http://d/block"><name>virtio-block</name><class>block</class></device>
  </libosinfo>`,
  'os/example.org/ark-1.xml': `<?xml version="1.0"?>
    <!-- <os> in a comment -->
    <libosinfo version="0.0.1"><os id="http://example.org/ark/1">
      <short-id>ark1</short-id><short-id>arkone</short-id><short-id>ark1</short-id>
      <name>Ark &amp; Sons 1</name><name xml:lang="de">Arche</name>
      <version>1</version><family>linux</family><distro>ark</distro>
      <release-date>2020-01-01</release-date><eol-date>2024-01-01</eol-date>
      <firmware arch="x86_64" type="bios"/><firmware arch="x86_64" type="efi"/>
      <devices><device id="http://d/net-old"/><device id="http://d/net"/></devices>
      <resources arch="all">
        <minimum><n-cpus>1</n-cpus><ram>536870912</ram></minimum>
        <recommended><ram>1073741824</ram><storage>10737418241</storage></recommended>
        <network-install><ram>2147483648</ram></network-install>
      </resources>
      <media arch="x86_64"><iso><volume-id>ARK_1</volume-id></iso></media>
      <media arch="x86_64" live="true"><iso>
        <volume-id>ARK_1_LIVE</volume-id><publisher-id>ARK &lt;.*&gt;</publisher-id>
        <volume-size>4096</volume-size>
      </iso></media>
      <installer><script id='http://example.org/s'/></installer>
    </os></libosinfo>`,
  'os/example.org/ark-2.xml': `<libosinfo version="0.0.1">
    <os id="http://example.org/ark/2">
      <short-id>ark2</short-id><name>Ark 2</name><version>2</version>
      <derives-from id="http://example.org/ark/1"/>
      <firmware arch="x86_64" type="bios" supported="false"/>
      <devices><device id="http://d/net-old" supported="false"/></devices>
      <resources arch="all" inherit="true"/>
      <media arch="x86_64">
        <iso><volume-id>ARK_2.\\d+ amd64</volume-id></iso>
        <kernel>boot/vmlinuz</kernel><initrd>boot/initrd</initrd>
      </media>
      <media arch="s390x"><iso><volume-id>ARK_2 s390</volume-id></iso></media>
    </os>
    <os id="http://example.org/twin/2">
      <short-id>twin2</short-id><name>Twin 2</name>
      <clones id="http://example.org/ark/2"/><upgrades id="http://example.org/zoo/1"/>
      <resources arch="x86_64"><minimum><ram>1048577</ram></minimum></resources>
    </os>
    <os id="http://example.org/zoo/1"><short-id>zoo1</short-id><name>Zoo</name>
      <family>bsd</family><devices><device id="http://d/block"/></devices></os>
    <os id="http://libosinfo.org/linux/2024"><short-id>linux2024</short-id>
      <name>Generic</name><family>linux</family></os>
  </libosinfo>`,
  // More about a system of another document.
  'os/example.org/ark-2.d/more.xml': `<libosinfo version="0.0.1">
    <os id="http://example.org/ark/2"><devices><device id="http://d/block"/></devices></os>
  </libosinfo>`,
}

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
})

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'osinfo-'))
  folders.push(folder)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}

async function read(files = documents): Promise<OsRecords> {
  const records = await readOsinfo([folderOf(files)])
  if (!records) throw new Error('nothing was read')
  return records
}

const label = { path: '', volumeId: '', systemId: '', publisherId: '', applicationId: '' }

describe('the database', () => {
  test('what an entry says itself', async () => {
    const ark = osDatabaseOf(await read()).byShortId('arkone')
    expect(ark).toMatchObject({
      id: 'http://example.org/ark/1',
      shortIds: ['ark1', 'arkone'],
      name: 'Ark & Sons 1',
      family: 'linux',
      version: '1',
      releaseDate: '2020-01-01',
      eolDate: '2024-01-01',
      hasInstallScripts: true,
    })
    expect(ark?.resources).toEqual([
      { kind: 'minimum', arch: 'all', cpus: 1, ramBytes: 2 ** 29 },
      { kind: 'recommended', arch: 'all', ramBytes: 2 ** 30, storageBytes: 10_737_418_241 },
      { kind: 'network-install', arch: 'all', ramBytes: 2 ** 31 },
    ])
  })

  test('devices and firmware come from ancestors and clones, not from upgrades', async () => {
    const database = osDatabaseOf(await read())
    const names = (id: string) => database.byShortId(id)?.devices.map(({ name }) => name)
    expect(names('ark1')).toEqual(['ne2k_pci', 'virtio-net'])
    expect(names('ark2')).toEqual(['virtio-net', 'virtio-block'])
    expect(names('twin2')).toEqual(['virtio-net', 'virtio-block'])
    expect(database.byShortId('twin2')?.firmware).toEqual([
      { arch: 'x86_64', type: 'bios', supported: false },
      { arch: 'x86_64', type: 'efi', supported: true },
    ])
    expect(database.byShortId('twin2')?.family).toBe('linux')
  })

  test('resources are inherited only where the entry says so', async () => {
    const database = osDatabaseOf(await read())
    expect(database.byShortId('ark2')?.resources).toEqual(
      database.byShortId('ark1')?.resources,
    )
    expect(database.byShortId('twin2')?.resources).toEqual([
      { kind: 'minimum', arch: 'x86_64', ramBytes: 1_048_577 },
    ])
  })

  test('a medium is known by its labels; the pattern that says more wins', async () => {
    const database = osDatabaseOf(await read())
    const detect = (media: object) => database.detectMedia({ ...label, ...media })
    expect(detect({ volumeId: 'ARK_2.7 amd64' })).toMatchObject({
      os: { shortIds: ['ark2'] },
      arch: 'x86_64',
      kernel: 'boot/vmlinuz',
      initrd: 'boot/initrd',
    })
    const live = { volumeId: 'ARK_1_LIVE', publisherId: 'ARK <x>' }
    expect(detect(live)?.live).toBe(true)
    expect(detect({ ...live, sizeBytes: 4096 })?.live).toBe(true)
    // Another size, another publisher: still the plain medium.
    expect(detect({ ...live, sizeBytes: 8192 })?.live).toBe(false)
    expect(detect({ volumeId: 'ARK_1_LIVE' })?.live).toBe(false)
    expect(detect({ volumeId: 'SOMETHING' })).toBeUndefined()
    expect(detect({})).toBeUndefined()
  })

  test('a later folder stands in for the same file of an earlier one', async () => {
    const other = documents['os/example.org/ark-1.xml']?.replace('Ark &amp; Sons', 'Own')
    const added = folderOf({ 'os/example.org/ark-1.xml': other ?? '' })
    const records = await readOsinfo([folderOf(documents), added])
    expect(records && osDatabaseOf(records).byShortId('ark1')?.name).toBe('Own 1')
  })

  test('ancestors that go round in a circle end', async () => {
    const circle = `<libosinfo><os id="a"><short-id>a</short-id><name>A</name>
      <derives-from id="b"/><resources arch="all" inherit="true"/></os>
      <os id="b"><short-id>b</short-id><name>B</name><derives-from id="a"/>
      <resources arch="all" inherit="true"/></os></libosinfo>`
    const database = osDatabaseOf(await read({ 'os/x/a.xml': circle }))
    expect(database.byShortId('a')?.resources).toEqual([])
  })

  test('a damaged file is named', async () => {
    const broken = { ...documents, 'os/example.org/z.xml': '<libosinfo><os id="x">' }
    await expect(read(broken)).rejects.toThrow(/os\/example.org\/z.xml.*not closed/)
  })

  test('no folder, no database', async () => {
    expect(await readOsinfo(['/nonexistent/osinfo'])).toBeNull()
  })
})

describe('a release newer than the database', () => {
  test('has the facts of generic Linux, and says so', async () => {
    const database = osDatabaseOf(await read())
    const found = newerRelease(database, 'ark3')
    expect(found?.os.shortIds).toEqual(['linux2024'])
    expect(found?.warning).toContain("'ark3'")
    expect(found?.warning).toContain("'ark2'")
    expect(found?.warning).toContain("'linux2024'")
  })

  test('that is not Linux has those of its predecessor', async () => {
    expect(newerRelease(osDatabaseOf(await read()), 'zoo2')?.os.shortIds).toEqual(['zoo1'])
  })

  test.each(['ark2', 'ark1.5', 'frobos', 'frobos7', '7', '', 'ark', 'ark3x'])(
    '%s is none',
    async (name) => {
      expect(newerRelease(osDatabaseOf(await read()), name)).toBeNull()
    },
  )
})

describe('the facts file', () => {
  test('gives back what was put in, but media of foreign architectures', async () => {
    const records = await read()
    const text = JSON.stringify(pack(records, 'a test'))
    const back = unpack(JSON.parse(text))
    expect(back.version).toBe('20260101')
    expect(back.devices).toEqual(records.devices)
    for (const [index] of records.keys.entries()) {
      const os = records.at(index)
      expect(back.at(index)).toEqual({ ...os, media: os.media.filter(isKeptMedia) })
    }
  })

  test('is small, and says what is known of systems that everybody has', async () => {
    const path = join(import.meta.dirname, 'facts.json')
    expect(readFileSync(path).length).toBeLessThan(220_000)
    const { database } = await loadOsDatabase([])
    expect(database.byShortId('debian11')).toMatchObject({
      id: 'http://debian.org/debian/11',
      releaseDate: '2021-08-14',
    })
    expect(database.byShortId('win11')?.firmware).toContainEqual({
      arch: 'x86_64',
      type: 'bios',
      supported: false,
    })
    expect(newerRelease(database, 'debian12')?.os.shortIds).toEqual(['linux2022'])
    const arch = {
      volumeId: 'ARCH_202212',
      publisherId: 'ARCH LINUX <HTTPS://ARCHLINUX.ORG>',
    }
    const applicationId = 'ARCH LINUX LIVE/RESCUE CD'
    const detected = database.detectMedia({ ...label, ...arch, applicationId })
    expect(detected?.os.shortIds).toEqual(['archlinux'])
  })

  test('stands for the same answers as the database that it was made from', async () => {
    const { database, version } = await loadOsDatabase([])
    // Where Debian's package is there in another version, there is nothing to compare.
    if ((await versionOf('/usr/share/osinfo')) !== version) return
    const records = await readOsinfo(['/usr/share/osinfo'])
    const installed = osDatabaseOf(records ?? (await read()))
    expect(installed.list()).toEqual(database.list())
    for (const { id } of installed.list()) {
      expect(database.byId(id)).toEqual(installed.byId(id))
    }
    const media = { ...label, volumeId: 'Debian 11.6.0 amd64 n' }
    expect(database.detectMedia(media)).toEqual(installed.detectMedia(media))
    expect(database.detectMedia(media)?.kernel).toBe('install.amd/vmlinuz')
  })

  test('is passed over where the machine has another database', async () => {
    const folder = folderOf(documents)
    expect(existsSync(folder)).toBe(true)
    const loaded = await loadOsDatabase([folder, '/nonexistent/osinfo'])
    expect(loaded).toMatchObject({ version: '20260101', folder })
    expect(loaded.database.byShortId('debian11')).toBeUndefined()
  })
})

describe('the scanner', () => {
  const texts = (xml: string) => {
    const seen: string[] = []
    const note = (what: string) => (value: string) => void seen.push(`${what}${value}`)
    scanXml(xml, { open: note('<'), text: note(''), close: note('/') })
    return seen
  }

  test('entities, CDATA, empty elements, comments', () => {
    const xml = '<?xml version="1.0"?><a>1 &lt; &#x32;<!-- <b> --><b/><![CDATA[<c>]]></a>'
    expect(texts(xml)).toEqual(['<a', '1 < 2', '<b', '/b', '<c>', '/a'])
  })

  test.each(['<a>', '<a></b>', '</a>', '<a b=c/>', '<!DOCTYPE a><a/>', '<a'])(
    '%s is refused',
    (xml) => {
      expect(() => texts(xml)).toThrow(/offset|not closed/)
    },
  )
})
