import type { PreflightFinding } from '../contract/preflight.ts'
import type { DomainMoveFacts, HostMoveFacts, NetworkMoveFacts } from './move-facts.ts'
import { finding } from './preflight-finding.ts'

/** Whether each interface finds there what it is plugged into here. */
export function networkFindings(
  domain: DomainMoveFacts,
  source: HostMoveFacts,
  target: HostMoveFacts,
): PreflightFinding[] {
  const networks = new Set<string>()
  const bridges = new Set<string>()
  for (const { type, source: name } of domain.interfaces) {
    if (name === null) continue
    if (type === 'network') networks.add(name)
    // A bridge or a device that was made by hand is nothing that libvirt knows of.
    else if (type === 'bridge' || type === 'direct') bridges.add(name)
  }
  const findings = [
    ...[...networks].map((name) => networkFinding(name, source, target)),
    ...[...bridges].map((name) =>
      finding('network', 'warning', 'bridge-unknown', { name, host: target.name }),
    ),
  ]
  return findings.length > 0 ? findings : [finding('network', 'ok', 'network-none')]
}

function networkFinding(
  name: string,
  source: HostMoveFacts,
  target: HostMoveFacts,
): PreflightFinding {
  const here = source.networks.find((network) => network.name === name)
  const there = target.networks.find((network) => network.name === name)
  const params = { name, host: target.name }
  if (!there) {
    const remedy = here
      ? ({ kind: 'define-network', name, xml: networkXmlFor(here) } as const)
      : null
    return finding('network', 'error', 'network-missing', params, remedy)
  }
  if (!there.active) {
    const remedy = { kind: 'start-network', name } as const
    return finding('network', 'error', 'network-inactive', params, remedy)
  }
  if (here && here.forward !== there.forward) {
    const kinds = { ...params, here: here.forward, there: there.forward }
    return finding('network', 'warning', 'network-other-kind', kinds)
  }
  return finding('network', 'ok', 'network-ok', { ...params, kind: there.forward })
}

/**
 * The network of one host for another: without what must be its own there. libvirt gives it a new
 * uuid and, for its own bridges, a free name and MAC.
 */
export function networkXmlFor({ xml, forward }: NetworkMoveFacts): string {
  const bare = withoutIdentity(xml).replace(/^[ \t]*<mac address=[^>]*\/>[ \t]*\n?/m, '')
  if (forward === 'bridge') return bare
  return bare.replace(/(<bridge[^>]*?)\s+name=(?:'[^']*'|"[^"]*")/, '$1')
}

/** A definition without its uuid, which the new one gets anew. */
export function withoutIdentity(xml: string): string {
  return xml
    .replace(/^[ \t]*<uuid>[^<]*<\/uuid>[ \t]*\n?/m, '')
    .replace(/ connections='\d+'/, '')
}
