import type { CreatePreview } from '../../server/contract/create.ts'

/*
 * What the defaults came to, read from the document that was built: shown where nothing was typed. The
 * document is ours and pretty-printed; nothing depends on what is not found.
 */

type Xml = CreatePreview['finalXml'] | undefined

/** Networks, bridges and `user` of the network cards, in order. */
export function networksIn(xml: Xml): string[] {
  return [...(xml ?? '').matchAll(/<interface type="(\w+)">([^]*?)<\/interface>/g)].map(
    ([, type = '', inside = '']) =>
      /<source (?:network|bridge|dev)="([^"]+)"/.exec(inside)?.[1] ?? type,
  )
}

/** Kinds of graphics; none = a serial console only. */
export function graphicsIn(xml: Xml): string[] {
  return [...(xml ?? '').matchAll(/<graphics type="(\w+)"/g)].map(([, type = '']) => type)
}

/** `host-passthrough`, `maximum` …, or the model. */
export function cpuIn(xml: Xml): string | null {
  const cpu = /<cpu( mode="([\w-]+)")?[^>]*?(?:\/>|>([^]*?)<\/cpu>)/.exec(xml ?? '')
  const model = /<model[^>]*>([^<]+)</.exec(cpu?.[3] ?? '')?.[1]
  return model ?? cpu?.[2] ?? null
}
