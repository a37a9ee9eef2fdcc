import { attribute, child, parseXml, sourceOf, textOf } from './xml.ts'

/** What decides whether two networks of one name are alike. Throws XmlError. */
export function parseNetworkXml(xml: string): { name: string; forward: string } {
  const root = parseXml(xml, 'network')
  const forward = child(root, 'forward')
  // A <forward/> without a mode is nat (docs/formatnetwork).
  const mode = forward === null ? 'isolated' : (attribute(forward, 'mode') ?? 'nat')
  return { name: textOf(root, 'name') ?? '', forward: mode }
}

/** Where a storage pool's volumes are, and where they come from. Throws XmlError. */
export function parsePoolXml(xml: string): {
  name: string
  type: string
  path: string | null
  /** `host:directory` of network storage; null = local. */
  origin: string | null
} {
  const root = parseXml(xml, 'pool')
  const source = child(root, 'source')
  const host = attribute(child(source, 'host'), 'name')
  const place =
    attribute(child(source, 'dir'), 'path') ??
    attribute(child(source, 'device'), 'path') ??
    textOf(source, 'name')
  return {
    name: textOf(root, 'name') ?? '',
    type: attribute(root, 'type') ?? '',
    path: textOf(root, 'target/path'),
    origin: host === null ? null : `${host}:${place ?? ''}`,
  }
}

/** The host's own CPU as its capabilities describe it, to be compared on another; null = not said. */
export function hostCpuXml(capabilities: string): string | null {
  const cpu = child(parseXml(capabilities, 'capabilities'), 'host/cpu')
  return cpu && sourceOf(cpu, capabilities)
}
