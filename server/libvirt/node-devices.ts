import * as device from '../rpc/procedures/node-devices.ts'
import type { CallOptions, Session } from './session.ts'

/** The host's own devices (PCI, USB, …), by name (`pci_0000_01_00_0`). */
export function nodeDeviceMethods(session: Session) {
  const { call } = session
  return {
    async list(options?: CallOptions): Promise<string[]> {
      const args = { needResults: 1, flags: 0 }
      const { devices } = await call(device.connectListAllNodeDevices, args, options)
      return devices.map(({ name }) => name)
    },
    async getXml(name: string, options?: CallOptions) {
      return (await call(device.nodeDeviceGetXmlDesc, { name, flags: 0 }, options)).xml
    },
    async parent(name: string, options?: CallOptions) {
      return (await call(device.nodeDeviceGetParent, { name }, options)).parentName
    },
    /** Takes it from the host's driver, for a domain. */
    async detach(name: string, options?: CallOptions) {
      const args = { name, driverName: null, flags: 0 }
      await call(device.nodeDeviceDetachFlags, args, options)
    },
    async reattach(name: string, options?: CallOptions) {
      await call(device.nodeDeviceReAttach, { name }, options)
    },
    async reset(name: string, options?: CallOptions) {
      await call(device.nodeDeviceReset, { name }, options)
    },
  }
}

export type NodeDevices = ReturnType<typeof nodeDeviceMethods>
