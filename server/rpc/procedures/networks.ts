import { array, i32, i64, none, optional, string, struct, u32, uuid } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { network } from '../types.ts'

/** Virtual networks and their DHCP leases. */

export const connectListAllNetworks = {
  program: REMOTE_PROGRAM,
  number: 283,
  name: 'connect_list_all_networks',
  args: struct({ needResults: i32, flags: u32 }),
  ret: struct({ nets: array(network, Max.networks), ret: u32 }),
  priority: true,
} as const satisfies Procedure

export const networkLookupByName = {
  program: REMOTE_PROGRAM,
  number: 46,
  name: 'network_lookup_by_name',
  args: struct({ name: string }),
  ret: struct({ net: network }),
  priority: true,
} as const satisfies Procedure

export const networkLookupByUuid = {
  program: REMOTE_PROGRAM,
  number: 47,
  name: 'network_lookup_by_uuid',
  args: struct({ uuid }),
  ret: struct({ net: network }),
  priority: true,
} as const satisfies Procedure

export const networkCreateXml = {
  program: REMOTE_PROGRAM,
  number: 40,
  name: 'network_create_xml',
  args: struct({ xml: string }),
  ret: struct({ net: network }),
} as const satisfies Procedure

export const networkDefineXml = {
  program: REMOTE_PROGRAM,
  number: 41,
  name: 'network_define_xml',
  args: struct({ xml: string }),
  ret: struct({ net: network }),
  priority: true,
} as const satisfies Procedure

export const networkDefineXmlFlags = {
  program: REMOTE_PROGRAM,
  number: 432,
  name: 'network_define_xml_flags',
  args: struct({ xml: string, flags: u32 }),
  ret: struct({ net: network }),
  priority: true,
} as const satisfies Procedure

export const networkUndefine = {
  program: REMOTE_PROGRAM,
  number: 49,
  name: 'network_undefine',
  args: struct({ net: network }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const networkCreate = {
  program: REMOTE_PROGRAM,
  number: 39,
  name: 'network_create',
  args: struct({ net: network }),
  ret: none,
} as const satisfies Procedure

export const networkDestroy = {
  program: REMOTE_PROGRAM,
  number: 42,
  name: 'network_destroy',
  args: struct({ net: network }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const networkUpdate = {
  program: REMOTE_PROGRAM,
  number: 291,
  name: 'network_update',
  args: struct({
    net: network,
    command: u32,
    section: u32,
    parentIndex: i32,
    xml: string,
    flags: u32,
  }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const networkGetXmlDesc = {
  program: REMOTE_PROGRAM,
  number: 43,
  name: 'network_get_xml_desc',
  args: struct({ net: network, flags: u32 }),
  ret: struct({ xml: string }),
  priority: true,
} as const satisfies Procedure

export const networkGetBridgeName = {
  program: REMOTE_PROGRAM,
  number: 45,
  name: 'network_get_bridge_name',
  args: struct({ net: network }),
  ret: struct({ name: string }),
  priority: true,
} as const satisfies Procedure

export const networkGetAutostart = {
  program: REMOTE_PROGRAM,
  number: 44,
  name: 'network_get_autostart',
  args: struct({ net: network }),
  ret: struct({ autostart: i32 }),
  priority: true,
} as const satisfies Procedure

export const networkSetAutostart = {
  program: REMOTE_PROGRAM,
  number: 48,
  name: 'network_set_autostart',
  args: struct({ net: network, autostart: i32 }),
  ret: none,
  priority: true,
} as const satisfies Procedure

export const networkIsActive = {
  program: REMOTE_PROGRAM,
  number: 152,
  name: 'network_is_active',
  args: struct({ net: network }),
  ret: struct({ active: i32 }),
  priority: true,
} as const satisfies Procedure

export const networkIsPersistent = {
  program: REMOTE_PROGRAM,
  number: 153,
  name: 'network_is_persistent',
  args: struct({ net: network }),
  ret: struct({ persistent: i32 }),
  priority: true,
} as const satisfies Procedure

export const networkGetDhcpLeases = {
  program: REMOTE_PROGRAM,
  number: 341,
  name: 'network_get_dhcp_leases',
  args: struct({ net: network, mac: optional(string), needResults: i32, flags: u32 }),
  ret: struct({
    leases: array(
      struct({
        iface: string,
        expirytime: i64,
        type: i32,
        mac: optional(string),
        iaid: optional(string),
        ipaddr: string,
        prefix: u32,
        hostname: optional(string),
        clientid: optional(string),
      }),
      Max.leases,
    ),
    ret: u32,
  }),
} as const satisfies Procedure
