import { array, i32, none, optional, string, struct, u32 } from '../codec.ts'
import { Max } from '../limits.ts'
import type { Procedure } from '../procedure.ts'
import { REMOTE_PROGRAM } from '../procedure.ts'
import { nodeDevice } from '../types.ts'

/** The host's devices (PCI, USB, …). */

export const connectListAllNodeDevices = {
  program: REMOTE_PROGRAM,
  number: 285,
  name: 'connect_list_all_node_devices',
  args: struct({ needResults: i32, flags: u32 }),
  ret: struct({ devices: array(nodeDevice, Max.nodeDevices), ret: u32 }),
  priority: true,
} as const satisfies Procedure

export const nodeDeviceGetXmlDesc = {
  program: REMOTE_PROGRAM,
  number: 114,
  name: 'node_device_get_xml_desc',
  args: struct({ name: string, flags: u32 }),
  ret: struct({ xml: string }),
} as const satisfies Procedure

export const nodeDeviceGetParent = {
  program: REMOTE_PROGRAM,
  number: 115,
  name: 'node_device_get_parent',
  args: struct({ name: string }),
  ret: struct({ parentName: optional(string) }),
  priority: true,
} as const satisfies Procedure

export const nodeDeviceDetachFlags = {
  program: REMOTE_PROGRAM,
  number: 301,
  name: 'node_device_detach_flags',
  args: struct({ name: string, driverName: optional(string), flags: u32 }),
  ret: none,
} as const satisfies Procedure

export const nodeDeviceReset = {
  program: REMOTE_PROGRAM,
  number: 120,
  name: 'node_device_reset',
  args: struct({ name: string }),
  ret: none,
} as const satisfies Procedure

export const nodeDeviceReAttach = {
  program: REMOTE_PROGRAM,
  number: 119,
  name: 'node_device_re_attach',
  args: struct({ name: string }),
  ret: none,
} as const satisfies Procedure
