import { describe, expect, test } from 'vitest'

import { defaultMigrationOptions, migrationOptions } from './migration.ts'
import { migrateLine, migrationConflicts, peerUriFrom } from './virsh-migrate.ts'

const facts = {
  domain: { name: 'web1', uuid: '6d1c8a52-6f0e-5a6b-9df5-0c7f1c1d2a10' },
  sourceUri: 'qemu+ssh://root@10.0.0.1/system?keyfile=/k',
  targetUri: 'qemu+ssh://root@10.0.0.2/system?keyfile=/k&known_hosts=/h',
}
const line = (given: object) => migrateLine(migrationOptions.parse(given), facts)
const conflicts = (given: object, targetUri = facts.targetUri) =>
  migrationConflicts(migrationOptions.parse(given), { source: 'a', target: 'b', targetUri })

describe('the virsh line', () => {
  test('of the defaults', () => {
    expect(line({})).toBe(
      "virsh -c 'qemu+ssh://root@10.0.0.1/system?keyfile=/k' migrate web1 " +
        "'qemu+ssh://root@10.0.0.2/system?keyfile=/k&known_hosts=/h' --live --persistent --undefinesource",
    )
  })

  test('of a peer-to-peer move names the target as the source host sees it', () => {
    expect(line({ way: 'peer-to-peer', tunnelled: true })).toContain(
      ' migrate web1 qemu+ssh://root@10.0.0.2/system --live --p2p --tunnelled ',
    )
    expect(line({ way: 'peer-to-peer', peerUri: 'qemu+tls://b/system' })).toContain(
      ' migrate web1 qemu+tls://b/system ',
    )
  })

  test('sets the downtime limit first', () => {
    expect(line({ maxDowntimeMs: 500 })).toMatch(
      /^virsh -c \S+ migrate-setmaxdowntime web1 500 && virsh -c \S+ migrate web1 /,
    )
  })

  test('that resumes a post-copy leaves the downtime limit as it is', () => {
    const options = migrationOptions.parse({ postCopy: true, maxDowntimeMs: 500 })
    const resumed = migrateLine(options, { ...facts, resume: true })
    expect(resumed).toContain(' --postcopy --postcopy-resume')
    expect(resumed).not.toContain('setmaxdowntime')
  })

  test('has a word for every option', () => {
    const all = line({
      persistent: false,
      undefineSource: false,
      paused: true,
      copyStorage: 'incremental',
      copyDisks: ['vda', 'vdb'],
      disksUri: 'tcp://10.0.0.2:49200',
      autoConverge: { initialPercent: 30, incrementPercent: 20 },
      postCopy: true,
      postCopyAfterFirstPass: true,
      postCopyBandwidthMiBps: 8,
      compression: ['xbzrle', 'mt'],
      compressionXbzrleCacheBytes: 65_536,
      compressionMtLevel: 1,
      compressionMtThreads: 2,
      compressionMtDthreads: 3,
      parallelConnections: 4,
      bandwidthMiBps: 100,
      abortOnError: true,
      unsafe: true,
      migrateUri: 'tcp://10.0.0.2:49152',
      listenAddress: '0.0.0.0',
      destinationName: 'web one',
      destinationXml: '<domain/>',
      persistentXml: '<domain/>',
    })
    expect(all.slice(all.indexOf('--live'))).toBe(
      '--live --suspend --copy-storage-inc --migrate-disks vda,vdb --disks-uri tcp://10.0.0.2:49200' +
        ' --auto-converge --auto-converge-initial 30 --auto-converge-increment 20 --postcopy' +
        ' --postcopy-after-precopy --postcopy-bandwidth 8 --compressed --comp-methods xbzrle,mt' +
        ' --comp-xbzrle-cache 65536 --comp-mt-level 1 --comp-mt-threads 2 --comp-mt-dthreads 3' +
        ' --parallel --parallel-connections 4 --bandwidth 100 --abort-on-error --unsafe' +
        ' --migrateuri tcp://10.0.0.2:49152 --listen-address 0.0.0.0' +
        " --dname 'web one' --xml target.xml --persistent-xml target-persistent.xml",
    )
  })

  test('a name that is no plain word cannot become an option or a command', () => {
    const named = (name: string) =>
      migrateLine(defaultMigrationOptions, { ...facts, domain: { ...facts.domain, name } })
    expect(named('-x; reboot')).toContain(" migrate '--domain=-x; reboot' ")
    expect(named('42')).toContain(` migrate ${facts.domain.uuid} `)
  })
})

describe('what does not fit together', () => {
  test('is nothing for the defaults of both ways', () => {
    expect(conflicts({})).toEqual([])
    expect(conflicts({ way: 'peer-to-peer' })).toEqual([])
  })

  test.each([
    [{ offline: true, persistent: false }, 'offline-not-persistent'],
    [
      { tunnelled: true, way: 'peer-to-peer', postCopy: true },
      'tunnelled-excludes-post-copy',
    ],
    [{ offline: true, copyStorage: 'full' }, 'offline-copies-nothing'],
    [{ tunnelled: true }, 'tunnelled-needs-peer-to-peer'],
    [
      { tunnelled: true, way: 'peer-to-peer', parallelConnections: 2 },
      'tunnelled-excludes-parallel',
    ],
    [{ copyDisks: ['vda'] }, 'disks-without-copy'],
    [{ postCopy: true, compression: ['xbzrle'] }, 'post-copy-excludes-compression'],
    [{ compressionMtLevel: 3 }, 'compression-detail-without-method'],
    [{ peerUri: 'qemu+ssh://b/system' }, 'peer-uri-needs-peer-to-peer'],
  ])('%j', (given, conflict) => {
    expect(conflicts(given)).toEqual([conflict])
  })

  test('the same host, and a target that other hosts cannot name', () => {
    const target = { source: 'a', target: 'a', targetUri: 'qemu:///system' }
    const peer = migrationOptions.parse({ way: 'peer-to-peer' })
    expect(migrationConflicts(peer, target)).toEqual([
      'same-host',
      'peer-to-peer-needs-host',
    ])
  })
})

test('the URI for another host drops what only this machine has', () => {
  expect(peerUriFrom(facts.targetUri)).toBe('qemu+ssh://root@10.0.0.2/system')
  expect(peerUriFrom('qemu+ssh://b:2202/session?command=/x')).toBe(
    'qemu+ssh://b:2202/session',
  )
  expect(peerUriFrom('qemu:///system?socket=/run/x')).toBeNull()
})

test('words that would become options or leave their line are no options', () => {
  for (const given of [
    { migrateUri: '-oProxyCommand=x' },
    { destinationName: 'a\nb' },
    { copyDisks: ['-x'] },
    { bandwidthMiBps: 0 },
    { bandwidthMiBps: 1.5 },
    { maxDowntimeMs: Number.NaN },
    { unknown: true },
  ])
    expect(migrationOptions.safeParse(given).success, JSON.stringify(given)).toBe(false)
})
