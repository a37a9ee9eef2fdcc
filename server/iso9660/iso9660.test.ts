import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { headBytes, readDescriptor } from './descriptor.ts'
import { findFile } from './find-file.ts'
import type { ReadRange } from './find-file.ts'
import { writeIso } from './write-iso.ts'

const folder = mkdtempSync(join(tmpdir(), 'iso-'))
afterAll(() => rmSync(folder, { recursive: true }))

const hasXorriso = spawnSync('xorriso', ['-version']).status === 0

const userData = Buffer.from(`#cloud-config\n${'# a long line\n'.repeat(300)}`)
const files = [
  { name: 'user-data', content: userData },
  { name: 'meta-data', content: Buffer.alloc(0) },
  { name: 'network-config', content: Buffer.from('version: 2\n') },
]
const image = writeIso({ volumeId: 'cidata', files, atMs: Date.UTC(2026, 0, 2, 3, 4, 5) })

const readerOf =
  (bytes: Buffer): ReadRange =>
  async ({ offsetBytes, lengthBytes }) =>
    bytes.subarray(offsetBytes, offsetBytes + lengthBytes)

async function fileOf(bytes: Buffer, path: string): Promise<Buffer | null> {
  const found = await findFile(readerOf(bytes), path)
  return found && (await readerOf(bytes)(found))
}

describe('an image that we made', () => {
  test('has its label and its length', () => {
    expect(readDescriptor(image.subarray(0, headBytes))).toMatchObject({
      volumeId: 'cidata',
      sizeBytes: image.length,
    })
  })

  test('gives its files back', async () => {
    expect(await fileOf(image, 'user-data')).toEqual(userData)
    expect(await fileOf(image, '/meta-data')).toEqual(Buffer.alloc(0))
    expect(await fileOf(image, 'other')).toBeNull()
    expect(await fileOf(image, 'user-data/x')).toBeNull()
  })

  // The default, then as Windows reads it (Joliet), then as Linux does (Rock Ridge).
  test.skipIf(!hasXorriso).each(['any', 'norock', 'nojoliet'])(
    'xorriso reads it (%s)',
    (mode) => {
      const path = join(folder, 'ci.iso')
      writeFileSync(path, image)
      const out = join(folder, `out-${mode}`)
      const listing = execFileSync(
        'xorriso',
        ['-read_fs', mode, '-indev', path, '-find', '/', '-type', 'f', '--'],
        { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] },
      )
      expect(listing.match(/'(.*?)'/g)).toEqual([
        `'/meta-data'`,
        `'/network-config'`,
        `'/user-data'`,
      ])
      execFileSync(
        'xorriso',
        ['-osirrox', 'on', '-read_fs', mode, '-indev', path, '-extract', '/', out],
        { stdio: 'ignore' },
      )
      expect(readFileSync(join(out, 'user-data'))).toEqual(userData)
    },
  )

  test.each([
    [{ volumeId: 'too long for a label', files: [] }],
    [{ volumeId: 'a', files: [{ name: '../x', content: Buffer.alloc(0) }] }],
    [{ volumeId: 'a', files: [{ name: '', content: Buffer.alloc(0) }] }],
  ])('what cannot be written is refused: %j', (options) => {
    expect(() => writeIso({ ...options, atMs: 0 })).toThrow()
  })
})

describe.skipIf(!hasXorriso)('an image of xorriso', () => {
  const path = join(folder, 'other.iso')
  const build = (...options: string[]) => {
    const tree = join(folder, 'tree')
    execFileSync('mkdir', ['-p', join(tree, 'install.amd/deeper')])
    writeFileSync(join(tree, 'install.amd/vmlinuz'), 'the kernel')
    writeFileSync(join(tree, 'install.amd/deeper/a long name.img'), 'deep')
    execFileSync(
      'xorriso',
      [
        '-as',
        'mkisofs',
        '-V',
        'LABEL 1',
        '-sysid',
        'LINUX',
        '-publisher',
        'SOMEBODY',
        '-A',
        'AN APPLICATION',
        ...options,
        '-o',
        path,
        tree,
      ],
      { stdio: 'ignore' },
    )
    return readFileSync(path)
  }

  test('its labels are read', () => {
    expect(readDescriptor(build())).toMatchObject({
      volumeId: 'LABEL 1',
      systemId: 'LINUX',
      publisherId: 'SOMEBODY',
      applicationId: 'AN APPLICATION',
    })
  })

  test('files are found with Rock Ridge and without', async () => {
    const rock = build('-R')
    expect(String(await fileOf(rock, 'install.amd/vmlinuz'))).toBe('the kernel')
    expect(String(await fileOf(rock, 'install.amd/deeper/a long name.img'))).toBe('deep')
    const plain = build('--norock')
    expect(String(await fileOf(plain, 'install.amd/vmlinuz'))).toBe('the kernel')
  })
})

test('what is no image is said to be none', async () => {
  expect(readDescriptor(Buffer.alloc(headBytes))).toBeNull()
  expect(readDescriptor(Buffer.alloc(10))).toBeNull()
  expect(await fileOf(Buffer.alloc(headBytes), 'x')).toBeNull()
})

test('a directory of garbage ends', async () => {
  const broken = Buffer.from(image)
  broken.fill(0xff, 21 * 2_048, 22 * 2_048)
  expect(await fileOf(broken, 'user-data')).toBeNull()
})
