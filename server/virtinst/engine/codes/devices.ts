import { fillHostdev, findNodeDevice, NodeDeviceError } from '../../host/node-devices.ts'
import { get, set, unset } from '../../xml/tree.ts'
import { integer, originOf, refuse, type Code, type Codes, type Use } from '../apply.ts'

/** What a word of --hostdev is looked up as. */
const setHostdevName: Code = (target, value, field) => {
  const { guest, at } = target
  const origin = originOf(target, field.key)
  const type = get(at, '@type')
  const capability = { net: 'interface', storage: 'block', misc: 'char' }[type ?? '']
  if (capability) {
    set(at, '@mode', 'capabilities', origin)
    set(at, '@managed', 'yes', origin)
    set(at, `source/${capability}`, value, origin)
    return
  }
  withNodeDevices(target, field.key, () => {
    const devices = guest.index.nodeDevices
    fillHostdev(at, findNodeDevice(devices, value), devices, origin)
  })
}

export function withNodeDevices(target: Use, key: string, work: () => void): void {
  try {
    work()
  } catch (error) {
    if (error instanceof NodeDeviceError) throw refuse(target, error.message, key)
    throw error
  }
}

/** Sizes typed in MiB. */
const mebibytes =
  (path: string): Code =>
  (target, value, field) => {
    const digits = integer(target, value, field.key)
    set(
      target.at,
      path,
      digits === '' ? '' : (BigInt(digits) * 1024n).toString(),
      originOf(target, field.key),
    )
  }

/** An address in place of the model is where the ISA device listens. */
const setPanicModel: Code = (target, value, field) => {
  const origin = originOf(target, field.key)
  if (value.startsWith('0x')) {
    set(target.at, '@model', 'isa', origin)
    set(target.at, 'address/@iobase', value, origin)
  } else set(target.at, '@model', value === 'default' ? '' : value, origin)
}

/** A path in place of the type is the host's TPM that is passed through. */
const setTpmType: Code = (target, value, field) => {
  const origin = originOf(target, field.key)
  if (value.startsWith('/')) set(target.at, 'backend/device/@path', value, origin)
  else set(target.at, 'backend/@type', value === 'default' ? '' : value, origin)
}

const graphicsListen: Code = (target, value, field) => {
  const origin = originOf(target, field.key)
  if (value === 'none' || value === 'socket') {
    set(target.at, 'listen#/@type', value, origin, [0])
  } else set(target.at, '@listen', value, origin)
}

const graphicsPort =
  (path: string): Code =>
  (target, value, field) => {
    const port = integer(target, value, field.key)
    if (port !== '' && port !== '-1' && Number(port) < 5900) {
      throw refuse(target, 'Port must be above 5900, or -1 for auto allocation', field.key)
    }
    set(target.at, path, port, originOf(target, field.key))
  }

const graphicsType: Code = (target, value, field) => {
  if (value !== 'default') set(target.at, '@type', value, originOf(target, field.key))
}

/** `none` and `local` leave the keymap to the client. */
const graphicsKeymap: Code = (target, value, field) => {
  if (value === 'none' || value === 'local') unset(target.at, '@keymap')
  else set(target.at, '@keymap', value, originOf(target, field.key))
}

export const deviceCodes: Codes = {
  hostdev: {
    name: setHostdevName,
  },
  memdev: {
    'target.size': mebibytes('target/size'),
    'target.label_size': mebibytes('target/label/size'),
    'source.alignsize': mebibytes('source/alignsize'),
  },
  panic: { model: setPanicModel },
  tpm: { 'backend.type': setTpmType },
  graphics: {
    type: graphicsType,
    port: graphicsPort('@port'),
    tlsPort: graphicsPort('@tlsPort'),
    listen: graphicsListen,
    keymap: graphicsKeymap,
  },
}
