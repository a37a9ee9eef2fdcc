import { array, i32, none, string, struct, u32 } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { domain, snapshot } from '../types.ts'

/** Snapshots of a domain. */

export const domainListAllSnapshots = {
  program: REMOTE_PROGRAM,
  number: 274,
  name: 'domain_list_all_snapshots',
  args: struct({ dom: domain, needResults: i32, flags: u32 }),
  ret: struct({ snapshots: array(snapshot, Max.snapshots), ret: i32 }),
  priority: true,
} as const satisfies Procedure

export const domainSnapshotCreateXml = {
  program: REMOTE_PROGRAM,
  number: 185,
  name: 'domain_snapshot_create_xml',
  args: struct({ dom: domain, xmlDesc: string, flags: u32 }),
  ret: struct({ snap: snapshot }),
} as const satisfies Procedure

export const domainSnapshotGetXmlDesc = {
  program: REMOTE_PROGRAM,
  number: 186,
  name: 'domain_snapshot_get_xml_desc',
  args: struct({ snap: snapshot, flags: u32 }),
  ret: struct({ xml: string }),
  priority: true,
} as const satisfies Procedure

export const domainSnapshotLookupByName = {
  program: REMOTE_PROGRAM,
  number: 189,
  name: 'domain_snapshot_lookup_by_name',
  args: struct({ dom: domain, name: string, flags: u32 }),
  ret: struct({ snap: snapshot }),
  priority: true,
} as const satisfies Procedure

export const domainHasCurrentSnapshot = {
  program: REMOTE_PROGRAM,
  number: 190,
  name: 'domain_has_current_snapshot',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ result: i32 }),
} as const satisfies Procedure

export const domainSnapshotCurrent = {
  program: REMOTE_PROGRAM,
  number: 191,
  name: 'domain_snapshot_current',
  args: struct({ dom: domain, flags: u32 }),
  ret: struct({ snap: snapshot }),
} as const satisfies Procedure

export const domainSnapshotGetParent = {
  program: REMOTE_PROGRAM,
  number: 244,
  name: 'domain_snapshot_get_parent',
  args: struct({ snap: snapshot, flags: u32 }),
  ret: struct({ snap: snapshot }),
  priority: true,
} as const satisfies Procedure

export const domainSnapshotIsCurrent = {
  program: REMOTE_PROGRAM,
  number: 271,
  name: 'domain_snapshot_is_current',
  args: struct({ snap: snapshot, flags: u32 }),
  ret: struct({ current: i32 }),
} as const satisfies Procedure

export const domainRevertToSnapshot = {
  program: REMOTE_PROGRAM,
  number: 192,
  name: 'domain_revert_to_snapshot',
  args: struct({ snap: snapshot, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const domainSnapshotDelete = {
  program: REMOTE_PROGRAM,
  number: 193,
  name: 'domain_snapshot_delete',
  args: struct({ snap: snapshot, flags: u32 }),
  ret: none,
} as const satisfies Procedure
