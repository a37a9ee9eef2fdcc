import { parseXml } from '../xml/parse.ts'
import { find, findAll, get, type XmlElement } from '../xml/tree.ts'

/** What `virsh domcapabilities` says for one emulator, arch, machine and type. */
export class DomainCapabilities {
  readonly #xml: XmlElement

  constructor(source: string) {
    this.#xml = parseXml(source)
  }

  get arch(): string {
    return get(this.#xml, 'arch') ?? ''
  }

  get machine(): string {
    return get(this.#xml, 'machine') ?? ''
  }

  /** An enum's values: `enumOf('devices/graphics', 'type')`. Empty when it is not there. */
  enumOf(path: string, name: string): string[] {
    const list = find(this.#xml, `${path}/enum[@name='${name}']`)
    return list ? findAll(list, 'value').map((value) => value.text?.value ?? '') : []
  }

  /** Whether the element says supported='yes'. */
  supports(path: string): boolean {
    return get(this.#xml, `${path}/@supported`) === 'yes'
  }

  has(path: string): boolean {
    return find(this.#xml, path) !== undefined
  }

  get firmwares(): string[] {
    return this.enumOf('os', 'firmware')
  }

  /** Firmware images that the host offers, in its order. */
  get loaders(): string[] {
    return findAll(this.#xml, 'os/loader/value').map((value) => value.text?.value ?? '')
  }

  get supportsLoader(): boolean {
    return this.supports('os/loader')
  }

  /** host-passthrough, host-model, maximum, custom. */
  supportsCpuMode(mode: string): boolean {
    return get(this.#xml, `cpu/mode[@name='${mode}']/@supported`) === 'yes'
  }

  /** host-passthrough keeps guests migratable. */
  get migratableHostPassthrough(): boolean {
    return (
      this.supportsCpuMode('host-passthrough') &&
      this.enumOf(
        "cpu/mode[@name='host-passthrough']",
        'hostPassthroughMigratable',
      ).includes('on')
    )
  }

  get forbidsHostModelFallback(): boolean {
    return (
      this.supportsCpuMode('host-model') &&
      get(this.#xml, "cpu/mode[@name='host-model']/model/@fallback") === 'forbid'
    )
  }

  /** Whether a named CPU model runs here; a model that is not listed does not. */
  isUsableModel(name: string): boolean {
    const models = findAll(this.#xml, "cpu/mode[@name='custom']/model")
    return models.some(
      (model) => model.text?.value === name && get(model, '@usable') === 'yes',
    )
  }

  get hypervFeatures(): string[] {
    return this.enumOf('features/hyperv', 'features')
  }

  get hostCpuVendor(): string | undefined {
    return get(this.#xml, "cpu/mode[@name='host-model']/vendor")
  }
}
