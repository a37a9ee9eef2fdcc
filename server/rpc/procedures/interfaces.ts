import { array, i32, string, struct, u32 } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { hostInterface, nwfilter } from '../types.ts'

/** The host's network interfaces and packet filters. */

export const connectListAllInterfaces = {
  program: REMOTE_PROGRAM,
  number: 284,
  name: 'connect_list_all_interfaces',
  args: struct({ needResults: i32, flags: u32 }),
  ret: struct({ ifaces: array(hostInterface, Max.interfaces), ret: u32 }),
  priority: true,
} as const satisfies Procedure

export const connectListAllNwfilters = {
  program: REMOTE_PROGRAM,
  number: 286,
  name: 'connect_list_all_nwfilters',
  args: struct({ needResults: i32, flags: u32 }),
  ret: struct({ filters: array(nwfilter, Max.nwfilters), ret: u32 }),
  priority: true,
} as const satisfies Procedure

export const interfaceGetXmlDesc = {
  program: REMOTE_PROGRAM,
  number: 130,
  name: 'interface_get_xml_desc',
  args: struct({ iface: hostInterface, flags: u32 }),
  ret: struct({ xml: string }),
} as const satisfies Procedure

export const interfaceIsActive = {
  program: REMOTE_PROGRAM,
  number: 156,
  name: 'interface_is_active',
  args: struct({ iface: hostInterface }),
  ret: struct({ active: i32 }),
  priority: true,
} as const satisfies Procedure
