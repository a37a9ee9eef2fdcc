/** How virt-install's own argument parser reads an option. */
export interface Flag {
  /** Canonical name without dashes. */
  name: string
  /** Every spelling. */
  spellings: readonly string[]
  takes: 'nothing' | 'value' | 'optional'
  type: 'text' | 'int' | 'float'
  /** May be given more than once, and every one counts; else the last wins. */
  repeats: boolean
}

/*
 * One line a group: names separated by blanks, other spellings after `=`. A long option may be
 * abbreviated as long as that is unique among all spellings.
 */
const switches = `
  check-cpu pxe import livecd nonsparse nodisks nonetworks vnc sdl nographics
  hvm=-v paravirt=-p container accelerate noapic noacpi autostart transient destroy-on-exit
  prompt force noautoconsole noreboot dry-run quiet=-q debug=-d help=-h version test-stub-command`

const single = `
  connect name=-n cpuset uuid=-u description cdrom c location=-l install reinstall init
  osinfo=--os-variant os-type vnclisten keymap=-k virt-type arch machine autoconsole print-step
  test-media-detection`

const repeated = `
  memory vcpus cpu metadata xml extra-args=-x initrd-inject boot idmap disk network=-w graphics
  controller input serial parallel channel console hostdev=--host-device filesystem audio watchdog
  video smartcard redirdev memballoon tpm rng panic shmem memdev vsock iommu pstore file=-f
  bridge=-b mac=-m iothreads seclabel=--security keywrap cputune numatune memtune blkiotune
  memorybacking features clock pm events resource sysinfo qemu-commandline
  launchSecurity=--launchsecurity check`

const named = (list: string, shape: Omit<Flag, 'name' | 'spellings'>): Flag[] =>
  list
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => {
      const [name = '', ...others] = word.split('=')
      return { ...shape, name, spellings: [name === 'c' ? '-c' : `--${name}`, ...others] }
    })

/** virt-install lists what an abbreviation could mean in this order. */
const listed =
  'help version connect name memory ram vcpus cpu check-cpu cpuset metadata xml uuid description c cdrom location pxe import livecd extra-args initrd-inject unattended install reinstall cloud-init test-media-detection test-stub-command boot idmap init osinfo os-type disk network graphics controller input serial parallel channel console hostdev filesystem sound audio watchdog video smartcard redirdev memballoon tpm rng panic shmem memdev vsock iommu pstore file file-size nonsparse nodisks nonetworks bridge mac vnc vncport vnclisten keymap sdl nographics iothreads seclabel keywrap cputune numatune memtune blkiotune memorybacking features clock pm events resource sysinfo qemu-commandline launchSecurity hvm paravirt container virt-type arch machine accelerate noapic noacpi autostart transient destroy-on-exit wait prompt force autoconsole noautoconsole noreboot print-xml print-step dry-run check quiet debug'
const place = new Map(listed.split(' ').map((name, at) => [name, at]))

export const flags: readonly Flag[] = [
  ...named(switches, { takes: 'nothing', type: 'text', repeats: false }),
  ...named(single, { takes: 'value', type: 'text', repeats: false }),
  ...named(repeated, { takes: 'value', type: 'text', repeats: true }),
  ...named('ram=-r vncport', { takes: 'value', type: 'int', repeats: false }),
  ...named('file-size=-s', { takes: 'value', type: 'float', repeats: true }),
  ...named('wait', { takes: 'optional', type: 'int', repeats: false }),
  ...named('cloud-init unattended print-xml', {
    takes: 'optional',
    type: 'text',
    repeats: false,
  }),
  ...named('sound=--soundhw', { takes: 'optional', type: 'text', repeats: true }),
].sort((a, b) => (place.get(a.name) ?? 0) - (place.get(b.name) ?? 0))

const bySpelling = new Map(
  flags.flatMap((flag) => flag.spellings.map((spelling) => [spelling, flag])),
)

/**
 * The flag that a word of the line names: exactly, or as the only one that begins so. Several that
 * begin so are answered as their spellings.
 */
export function findFlag(
  word: string,
): { flag: Flag; spelling: string } | string[] | undefined {
  const exact = bySpelling.get(word)
  if (exact) return { flag: exact, spelling: word }
  if (!word.startsWith('--')) return undefined
  const begins = [...bySpelling.keys()].filter((spelling) => spelling.startsWith(word))
  if (begins.length === 0) return undefined
  if (begins.length > 1) return begins
  return { flag: bySpelling.get(begins[0]!)!, spelling: begins[0]! }
}
