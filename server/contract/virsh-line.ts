const plain = /^[A-Za-z0-9_@%+=:,./-]+$/
/** virsh takes such a name for an id or a uuid before it looks for a name. */
const ambiguous = /^(\d+|[0-9a-fA-F-]{32,36})$/

/** One word for a POSIX shell. */
export function shellWord(word: string): string {
  return plain.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
}

/**
 * The virsh command that does the same, ready to be pasted into a shell:
 * `virsh -c qemu+ssh://root@h/system setmem web1 524288 --live`.
 */
export function virshLine(
  uri: string,
  command: string,
  domain: { name: string; uuid: string },
  ...rest: string[]
): string {
  const name = ambiguous.test(domain.name) ? domain.uuid : domain.name
  const subject = name.startsWith('-') ? `--domain=${name}` : name
  return ['virsh', '-c', uri, command, subject, ...rest].map(shellWord).join(' ')
}

/** A virsh command that concerns the host itself: `virsh -c qemu:///system freecell --all`. */
export function virshHostLine(uri: string, command: string, ...rest: string[]): string {
  return ['virsh', '-c', uri, command, ...rest].map(shellWord).join(' ')
}
