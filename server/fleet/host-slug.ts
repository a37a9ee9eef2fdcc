const longest = 63

/**
 * A slug made from a host's name or, without one, from the host in its address; made unique by a
 * number.
 *
 * @param taken whether a slug is in use
 */
export function makeHostSlug(
  name: string | undefined,
  uri: string,
  taken: (slug: string) => boolean,
): string {
  const base = slugOf(name ?? '') || slugOf(hostInUri(uri)) || 'local'
  if (!taken(base)) return base
  for (let number = 2; ; number++) {
    const suffix = `-${number}`
    const slug = base.slice(0, longest - suffix.length) + suffix
    if (!taken(slug)) return slug
  }
}

function slugOf(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+/, '')
    .slice(0, longest)
    .replace(/-+$/, '')
}

/** The host of a libvirt URI: of `db1.example.org` the first part, an IP address whole. */
function hostInUri(uri: string): string {
  const authority = /^[a-z+]+:\/\/([^/?#]*)/i.exec(uri)?.[1] ?? ''
  const host = authority.replace(/^.*@/, '').replace(/:\d+$/, '')
  return /^[\d.]+$|^\[/.test(host) ? host : (host.split('.')[0] ?? '')
}
