import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Problem } from '../contract/problem.ts'
import { uuidOf } from '../creation/begin-creation.ts'
import { cloudInitOf } from '../creation/cloud-init.ts'
import { createDomain } from '../creation/create-domain.ts'
import type { CreationWatch } from '../creation/creation-watch.ts'
import { followInstall } from '../creation/install-phase.ts'
import type { InstallEnd } from '../creation/install-phase.ts'
import { Jobs, UnkeptJobStore } from '../jobs/index.ts'
import { isLibvirtError } from '../libvirt/errors.ts'
import { valueOf } from '../virtinst/command-line.ts'
import type { DomainPlan, VirtInstallOptions } from '../virtinst/model.ts'
import { chooseConsole, runConsole } from './console.ts'
import type { GuestConsole } from './console.ts'
import { programSurroundings } from './environment.ts'
import type { LiveHost } from './live-host.ts'
import { meterLine } from './meter.ts'
import { restartWords, startLine, type Output } from './output.ts'
import { showRootPassword } from './root-password.ts'

/** What a person who closed the console may see late: that the guest went down by itself. */
const afterConsoleMs = 2_000

/**
 * Makes the domain of a plan as virt-install does: says what it does, shows the guest's console, waits
 * as `--wait` asks, starts the domain again after its installation. The steps are those of the page's
 * job; Ctrl+C before the domain runs takes back what was made, afterwards leaves it to itself.
 *
 * @returns the exit status
 */
export async function createOnHost(
  host: LiveHost,
  plan: DomainPlan,
  options: VirtInstallOptions,
  output: Output,
): Promise<number> {
  return await new CommandLineCreation(host, plan, options, output).run()
}

class CommandLineCreation {
  readonly #host: LiveHost
  readonly #plan: DomainPlan
  readonly #output: Output
  readonly #uuid: string
  readonly #console: GuestConsole | null
  /** Minutes, below 0 = for ever; null = as long as the console is open. */
  readonly #waitMinutes: number | null
  readonly #letGo = new AbortController()
  /** The domain runs: from here on Ctrl+C lets go. */
  #runs = false
  /** How the installation ended, where one was waited for. */
  #end: InstallEnd | null = null
  #interrupted = false
  /** It was said that the installation is waited for. */
  #waits = false
  /** The volume that is being made. */
  #allocating: string | null = null

  constructor(
    host: LiveHost,
    plan: DomainPlan,
    options: VirtInstallOptions,
    output: Output,
  ) {
    this.#host = host
    this.#plan = plan
    this.#output = output
    this.#uuid = uuidOf(plan.finalXml, plan.name)
    let wait = plan.start.waitMinutes
    const surroundings = { uri: host.uri, output, ...programSurroundings() }
    const { console, isDefault } = chooseConsole(options, plan, surroundings)
    if (console?.kind === 'text' && valueOf(options, 'cdrom') !== undefined) {
      output.warn(
        'CDROM media does not print to the text console by default, so you likely will not see text install output. You might want to use --location. See the man page for examples of using --location with CDROM media',
      )
    }
    if (wait === null && !console && isDefault) {
      output.warn('No console to launch for the guest, defaulting to --wait -1')
      wait = -1
    }
    this.#console = console
    this.#waitMinutes = wait
  }

  async run(): Promise<number> {
    this.#output.say('\nStarting install...')
    const taken = this.#plan.checks.find(({ code }) => code === 'name_in_use')
    if (taken) return this.#failed(taken.message)
    try {
      return await this.#create()
    } finally {
      if (this.#plan.start.destroyOnExit) await this.#destroy()
    }
  }

  async #create(): Promise<number> {
    const { start, installXml } = this.#plan
    const logger = {
      warn: (_fields: object, message: string) => this.#output.warn(message),
      error: (_fields: object, message: string) => this.#output.warn(message),
    }
    const jobs = new Jobs({ store: new UnkeptJobStore(), logger })
    const { image, rootPassword } = cloudInitOf(this.#plan, this.#uuid, (path) =>
      readFileSync(path, 'utf8'),
    )
    if (rootPassword !== null) await showRootPassword(rootPassword)
    const host = 'host'
    const job = jobs.start(
      {
        kind: 'create',
        title: { name: this.#plan.name, host },
        owner: { type: 'user', name: 'console' },
        hosts: [host],
        cancel: 'undo',
      },
      (handle) =>
        createDomain(handle, {
          host,
          plan: {
            ...this.#plan,
            start: {
              ...start,
              waitMinutes: this.#jobWaits(),
              // A cloud image that goes down is left off.
              noReboot: start.noReboot || (installXml !== null && !start.hasInstaller),
            },
          },
          uuid: this.#uuid,
          cloudInitImage: image,
          keepOnFailure: false,
          validate: false,
          connect: (signal) => this.#host.clients.own(host, signal),
          changed: () => undefined,
          readLocal: (path) => readFile(path),
          watch: this.#watch(),
          letGo: this.#letGo.signal,
        }),
    )
    const onSignal = () => {
      if (this.#interrupted) return
      this.#interrupted = true
      if (this.#runs) this.#letGo.abort()
      else jobs.cancel(job.id, 'console')
    }
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
    try {
      const end = await job.ended
      const { problem, leftovers } = end.summary
      for (const left of leftovers) this.#output.warn(`Could not be removed: ${left}`)
      if (end.state === 'cancelled') return this.#interruptedWords()
      if (problem?.code === 'timeout' && this.#runs) return this.#tooLong()
      if (end.state !== 'done') return this.#failed(wordsOf(problem))
      return installXml === null ? await this.#followImported() : await this.#afterInstall()
    } finally {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
      await jobs.close()
    }
  }

  /** As the steps of a creation take it. */
  #jobWaits(): number {
    return this.#waitMinutes ?? (this.#console ? -1 : 0)
  }

  #watch(): CreationWatch {
    const meter = (text: string, total: number | null) =>
      meterLine(this.#output, text, total)
    return {
      allocating: (name, bytes) => {
        const watched = meter(`Allocating '${name}'`, bytes)
        this.#allocating = name
        return {
          to: watched.to,
          end: () => {
            this.#allocating = null
            watched.end()
          },
        }
      },
      transferring: (name, bytes) => meter(`Transferring '${name}'`, bytes),
      creatingDomain: () => meter('Creating domain...', null),
      removing: (name) => meter(`Removing disk '${name}'`, null),
      installing: () => this.#nowRuns(),
      installEnded: (end) => this.#sayInstallEnd(end),
    }
  }

  #nowRuns(): void {
    this.#runs = true
    if (this.#console) void this.#showConsole(this.#console)
    else if (this.#waitMinutes !== null) this.#sayWaiting(this.#waitMinutes)
  }

  /** Never rejects: nobody waits for it. */
  async #showConsole(console: GuestConsole): Promise<void> {
    try {
      await runConsole(console, this.#output)
      if (this.#waitMinutes !== null) {
        if (this.#end === null && (await this.#isActive()))
          this.#sayWaiting(this.#waitMinutes)
        return
      }
      if (this.#plan.start.destroyOnExit) await this.#destroy()
      const { signal } = this.#letGo
      await sleep(afterConsoleMs, undefined, { signal }).catch(() => undefined)
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      this.#output.warn(`After the console was closed: ${words}`)
    } finally {
      if (this.#waitMinutes === null) this.#letGo.abort()
    }
  }

  #sayWaiting(minutes: number): void {
    this.#waits = true
    this.#output.say('\nDomain is still running. Installation may be in progress.')
    const unit = minutes === 1 ? 'minute' : 'minutes'
    this.#output.say(
      minutes < 0
        ? 'Waiting for the installation to complete.'
        : `Waiting ${minutes} ${unit} for the installation to complete.`,
    )
  }

  /** The installer is through; the job starts the domain as it stays next. */
  #sayInstallEnd(end: InstallEnd): void {
    this.#end = end
    const { transient, noReboot, destroyOnExit, hasInstaller } = this.#plan.start
    if (end !== 'done' && end !== 'forced-off' && end !== 'gone') return
    if (this.#waits) this.#output.say('Domain has shutdown. Continuing.')
    this.#output.say('Domain creation completed.')
    if (transient || end === 'gone') return
    if (noReboot || !hasInstaller) this.#sayHowToStart()
    else if (end === 'done') this.#output.say('Restarting guest.')
    else if (!destroyOnExit) this.#output.say('User stopped the VM. Not rebooting.')
  }

  /** After the job of a domain with an installation. */
  async #afterInstall(): Promise<number> {
    if (this.#interrupted) return this.#interruptedWords()
    if ((this.#end === null || this.#end === 'let-go') && !this.#plan.start.hasInstaller) {
      this.#output.say('Domain creation completed.')
    } else if (this.#end === null || this.#end === 'let-go') {
      this.#output.say('\nDomain is still running. Installation may be in progress.')
      this.#output.say(
        'You can reconnect to the console to complete the installation process.',
      )
    } else if (this.#console && (await this.#isActive())) {
      await runConsole(this.#console, this.#output)
    }
    return 0
  }

  /** A domain that runs as it stays from the beginning: there is only the console and `--wait`. */
  async #followImported(): Promise<number> {
    const { start } = this.#plan
    if (start.noReboot && !start.transient) {
      this.#output.say('Domain creation completed.')
      this.#sayHowToStart()
      return 0
    }
    this.#nowRuns()
    const minutes = this.#jobWaits()
    const end = minutes === 0 ? 'let-go' : await this.#follow(minutes)
    if (this.#interrupted) return this.#interruptedWords()
    if (end === 'too-long') return this.#tooLong()
    if (end === 'crashed') {
      this.#output.error('Domain has crashed.')
      return 1
    }
    if (this.#waits) this.#output.say('Domain has shutdown. Continuing.')
    this.#output.say('Domain creation completed.')
    if (end !== 'let-go' && end !== 'gone' && !start.transient) this.#sayHowToStart()
    return 0
  }

  async #follow(minutes: number): Promise<InstallEnd> {
    return await followInstall({
      connect: (signal) => this.#host.clients.own('host', signal),
      uuid: this.#uuid,
      deadlineMs: minutes < 0 ? null : Date.now() + minutes * 60_000,
      signal: new AbortController().signal,
      letGo: this.#letGo.signal,
    })
  }

  #tooLong(): number {
    this.#output.say('Installation has exceeded specified time limit. Exiting application.')
    return 1
  }

  #interruptedWords(): number {
    this.#output.complain('Domain install interrupted.')
    this.#output.complain('Installation aborted at user request')
    return 0
  }

  #failed(message: string): number {
    this.#output.error(
      this.#allocating === null
        ? message
        : `Couldn't create storage volume '${this.#allocating}': '${message}'`,
    )
    this.#output.complain(restartWords(this.#host.uri, this.#plan.name))
    return 1
  }

  #sayHowToStart(): void {
    const line = startLine(this.#host.uri, this.#plan.name)
    this.#output.say(`You can restart your domain by running:\n  ${line}`)
  }

  async #isActive(): Promise<boolean> {
    const client = await this.#host.clients.shared('host')
    try {
      return await client.domains.isActive(this.#uuid)
    } catch (error) {
      if (isLibvirtError(error, 'NO_DOMAIN')) return false
      throw error
    }
  }

  async #destroy(): Promise<void> {
    if (!(await this.#isActive())) return
    const client = await this.#host.clients.shared('host')
    try {
      await client.domains.destroy(this.#uuid)
    } catch (error) {
      // It went down by itself meanwhile.
      if (!isLibvirtError(error, 'NO_DOMAIN', 'OPERATION_INVALID')) throw error
    }
  }
}

/** libvirt's own words where it said why, as virt-install repeats them. */
function wordsOf(problem: Problem | null): string {
  return problem?.libvirt?.message ?? problem?.detail ?? 'The creation failed.'
}
