import { findAll, get, set, type XmlElement } from '../../xml/tree.ts'
import { originOf, type Code, type Codes, type Use } from '../apply.ts'

/** Modes that are given in place of a model. */
const modes = new Set(['host-passthrough', 'host-model', 'maximum'])

/** Words that mean: no `<cpu>` at all. */
const nothing = new Set(['none', 'clear', 'hv-default'])

const setModel: Code = (target, value, field) => {
  const { guest } = target
  const origin = originOf(target, field.key)
  guest.cpuIsSet = true
  if (value === '' || nothing.has(value)) return
  if (value === 'host') {
    guest.warnings.push('CPU model=host is deprecated, use model=host-model')
    guest.set('cpu/@mode', 'host-model', origin)
  } else if (value === 'host-copy' || value === 'host-model-only') {
    if (value === 'host-copy') {
      guest.warnings.push(
        'CPU mode=host-copy no longer supported, using mode=host-model-only',
      )
    }
    copyHostModel(target)
  } else if (modes.has(value)) guest.set('cpu/@mode', value, origin)
  else {
    guest.set('cpu/@mode', 'custom', origin)
    if (guest.get('cpu/@match') === undefined) guest.set('cpu/@match', 'exact', origin)
    guest.set('cpu/model', value, origin)
  }
}

/** The host's model by name, as the capabilities have it. */
function copyHostModel(target: Use): void {
  const { guest } = target
  const cpu = guest.index.capabilities.hostCpu
  const model = cpu ? get(cpu, 'model') : undefined
  if (!model) return
  const origin = originOf(target, 'model')
  guest.set('cpu/@mode', 'custom', origin)
  guest.set('cpu/@match', 'exact', origin)
  guest.set('cpu/model', model, origin)
}

const addFeature: Code = (target, value, field) => {
  if (value === '') return
  const cpu = target.guest.ensure('cpu')
  const origin = originOf(target, field.key)
  const at = findAll(cpu, 'feature').length
  set(cpu, 'feature#/@policy', field.key, origin, [at])
  set(cpu, 'feature#/@name', value, origin, [at])
}

/** Features that mend processor flaws: a named model is given those that the host's baseline has. */
const securityFeatures = ['spec-ctrl', 'ssbd', 'ibpb', 'virt-ssbd', 'md-clear']

/** Adds them to a named model, unless secure=off; a feature that was typed stays as it is. */
export function addSecurityFeatures(target: Use['guest']): void {
  if (!target.cpuSecure || target.get('cpu/@mode') !== 'custom') return
  if (target.get('cpu/model') === undefined) return
  const baseline = target.index.baselineFeatures(
    target.virtType,
    target.arch,
    target.machine,
  )
  if (!baseline) return
  const cpu = target.ensure('cpu')
  for (const name of securityFeatures) {
    if (baseline.has(name) && !hasFeature(cpu, name)) {
      const at = findAll(cpu, 'feature').length
      set(cpu, 'feature#/@policy', 'require', { by: 'default' }, [at])
      set(cpu, 'feature#/@name', name, { by: 'default' }, [at])
    }
  }
}

const hasFeature = (cpu: XmlElement, name: string) =>
  findAll(cpu, 'feature').some((feature) => get(feature, '@name') === name)

export const cpuCodes: Codes = {
  cpu: {
    model: setModel,
    force: addFeature,
    require: addFeature,
    optional: addFeature,
    disable: addFeature,
    forbid: addFeature,
    secure: (target, value) => {
      target.guest.cpuSecure = value !== 'no'
    },
  },
}
