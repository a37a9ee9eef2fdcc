import { array, i32, none, string, struct, u32, u64 } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { pool, volume } from '../types.ts'

/** Storage volumes. */

export const storagePoolListAllVolumes = {
  program: REMOTE_PROGRAM,
  number: 282,
  name: 'storage_pool_list_all_volumes',
  args: struct({ pool, needResults: i32, flags: u32 }),
  ret: struct({ vols: array(volume, Max.volumes), ret: u32 }),
  priority: true,
} as const satisfies Procedure

export const storageVolLookupByName = {
  program: REMOTE_PROGRAM,
  number: 95,
  name: 'storage_vol_lookup_by_name',
  args: struct({ pool, name: string }),
  ret: struct({ vol: volume }),
  priority: true,
} as const satisfies Procedure

export const storageVolLookupByPath = {
  program: REMOTE_PROGRAM,
  number: 97,
  name: 'storage_vol_lookup_by_path',
  args: struct({ path: string }),
  ret: struct({ vol: volume }),
  priority: true,
} as const satisfies Procedure

export const storageVolCreateXml = {
  program: REMOTE_PROGRAM,
  number: 93,
  name: 'storage_vol_create_xml',
  args: struct({ pool, xml: string, flags: u32 }),
  ret: struct({ vol: volume }),
} as const satisfies Procedure

export const storageVolCreateXmlFrom = {
  program: REMOTE_PROGRAM,
  number: 125,
  name: 'storage_vol_create_xml_from',
  args: struct({ pool, xml: string, clonevol: volume, flags: u32 }),
  ret: struct({ vol: volume }),
} as const satisfies Procedure

export const storageVolDelete = {
  program: REMOTE_PROGRAM,
  number: 94,
  name: 'storage_vol_delete',
  args: struct({ vol: volume, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const storageVolWipe = {
  program: REMOTE_PROGRAM,
  number: 165,
  name: 'storage_vol_wipe',
  args: struct({ vol: volume, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const storageVolGetInfo = {
  program: REMOTE_PROGRAM,
  number: 98,
  name: 'storage_vol_get_info',
  args: struct({ vol: volume }),
  ret: struct({ type: i32, capacity: u64, allocation: u64 }),
  priority: true,
} as const satisfies Procedure

export const storageVolGetInfoFlags = {
  program: REMOTE_PROGRAM,
  number: 378,
  name: 'storage_vol_get_info_flags',
  args: struct({ vol: volume, flags: u32 }),
  ret: struct({ type: i32, capacity: u64, allocation: u64 }),
  priority: true,
} as const satisfies Procedure

export const storageVolGetPath = {
  program: REMOTE_PROGRAM,
  number: 100,
  name: 'storage_vol_get_path',
  args: struct({ vol: volume }),
  ret: struct({ name: string }),
  priority: true,
} as const satisfies Procedure

export const storageVolGetXmlDesc = {
  program: REMOTE_PROGRAM,
  number: 99,
  name: 'storage_vol_get_xml_desc',
  args: struct({ vol: volume, flags: u32 }),
  ret: struct({ xml: string }),
  priority: true,
} as const satisfies Procedure

export const storageVolResize = {
  program: REMOTE_PROGRAM,
  number: 260,
  name: 'storage_vol_resize',
  args: struct({ vol: volume, capacity: u64, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const storageVolUpload = {
  program: REMOTE_PROGRAM,
  number: 208,
  name: 'storage_vol_upload',
  args: struct({ vol: volume, offset: u64, length: u64, flags: u32 }),
  ret: none,
  stream: 'upload',
} as const satisfies Procedure

export const storageVolDownload = {
  program: REMOTE_PROGRAM,
  number: 209,
  name: 'storage_vol_download',
  args: struct({ vol: volume, offset: u64, length: u64, flags: u32 }),
  ret: none,
  stream: 'download',
} as const satisfies Procedure
