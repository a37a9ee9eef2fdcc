import { array, i32, none, string, struct, u32, u64, uuid } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { pool } from '../types.ts'

/** Storage pools. */

export const connectListAllStoragePools = {
  program: REMOTE_PROGRAM,
  number: 281,
  name: 'connect_list_all_storage_pools',
  args: struct({ needResults: i32, flags: u32 }),
  ret: struct({ pools: array(pool, Max.pools), ret: u32 }),
  priority: true,
} as const satisfies Procedure

export const storagePoolLookupByName = {
  program: REMOTE_PROGRAM,
  number: 84,
  name: 'storage_pool_lookup_by_name',
  args: struct({ name: string }),
  ret: struct({ pool }),
  priority: true,
} as const satisfies Procedure

export const storagePoolLookupByUuid = {
  program: REMOTE_PROGRAM,
  number: 85,
  name: 'storage_pool_lookup_by_uuid',
  args: struct({ uuid }),
  ret: struct({ pool }),
  priority: true,
} as const satisfies Procedure

export const storagePoolCreateXml = {
  program: REMOTE_PROGRAM,
  number: 76,
  name: 'storage_pool_create_xml',
  args: struct({ xml: string, flags: u32 }),
  ret: struct({ pool }),
} as const satisfies Procedure

export const storagePoolDefineXml = {
  program: REMOTE_PROGRAM,
  number: 77,
  name: 'storage_pool_define_xml',
  args: struct({ xml: string, flags: u32 }),
  ret: struct({ pool }),
  priority: true,
} as const satisfies Procedure

export const storagePoolBuild = {
  program: REMOTE_PROGRAM,
  number: 79,
  name: 'storage_pool_build',
  args: struct({ pool, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const storagePoolCreate = {
  program: REMOTE_PROGRAM,
  number: 78,
  name: 'storage_pool_create',
  args: struct({ pool, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const storagePoolDestroy = {
  program: REMOTE_PROGRAM,
  number: 80,
  name: 'storage_pool_destroy',
  args: struct({ pool }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const storagePoolDelete = {
  program: REMOTE_PROGRAM,
  number: 81,
  name: 'storage_pool_delete',
  args: struct({ pool, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const storagePoolUndefine = {
  program: REMOTE_PROGRAM,
  number: 82,
  name: 'storage_pool_undefine',
  args: struct({ pool }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const storagePoolRefresh = {
  program: REMOTE_PROGRAM,
  number: 83,
  name: 'storage_pool_refresh',
  args: struct({ pool, flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const storagePoolGetInfo = {
  program: REMOTE_PROGRAM,
  number: 87,
  name: 'storage_pool_get_info',
  args: struct({ pool }),
  ret: struct({ state: i32, capacity: u64, allocation: u64, available: u64 }),
  priority: true,
} as const satisfies Procedure

export const storagePoolGetXmlDesc = {
  program: REMOTE_PROGRAM,
  number: 88,
  name: 'storage_pool_get_xml_desc',
  args: struct({ pool, flags: u32 }),
  ret: struct({ xml: string }),
  priority: true,
} as const satisfies Procedure

export const storagePoolGetAutostart = {
  program: REMOTE_PROGRAM,
  number: 89,
  name: 'storage_pool_get_autostart',
  args: struct({ pool }),
  ret: struct({ autostart: i32 }),
  priority: true,
} as const satisfies Procedure

export const storagePoolSetAutostart = {
  program: REMOTE_PROGRAM,
  number: 90,
  name: 'storage_pool_set_autostart',
  args: struct({ pool, autostart: i32 }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const storagePoolIsActive = {
  program: REMOTE_PROGRAM,
  number: 154,
  name: 'storage_pool_is_active',
  args: struct({ pool }),
  ret: struct({ active: i32 }),
  priority: true,
} as const satisfies Procedure
