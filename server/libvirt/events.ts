import * as register from '../rpc/procedures/event-registration.ts'
import {
  connectDomainMonitorEventDeregister,
  connectDomainMonitorEventRegister,
} from '../rpc/procedures/qemu.ts'
import { XdrReader } from '../rpc/xdr.ts'
import { isLibvirtError } from './errors.ts'
import type { EventName, EventPayload } from './event-table.ts'
import { EVENTS } from './event-table.ts'
import { domainRef } from './session.ts'
import type { CallOptions, Session } from './session.ts'

export type { EventName, EventPayload } from './event-table.ts'

export type Listeners = { [N in EventName]?: (event: EventPayload<N>) => void }

export interface Subscription {
  /** Events that this daemon does not know; nothing will come of them. */
  unsupported: EventName[]
  /** Stops the listeners and, where nobody else listens, the daemon. */
  unsubscribe(): Promise<void>
}

/** A filter for QMP events, by the daemon's regular expressions. */
const MONITOR_REGEX = 1
/** The QMP events that tell something no libvirt event does. */
const MONITOR_EVENTS =
  '^(MIGRATION|MIGRATION_PASS|MEMORY_DEVICE_SIZE_CHANGE|DEVICE_DELETED)$'

interface Registered {
  readonly listeners: Set<(event: never) => void>
  /** The daemon's callback id, or a failure, once it has answered. */
  callback: Promise<number>
}

const NAMES_BY_MESSAGE = new Map(
  (Object.keys(EVENTS) as EventName[]).map((name) => {
    const { program, number } = EVENTS[name].message
    return [`${program}:${number}`, name]
  }),
)

/**
 * Subscriptions of one connection. Each kind of event is registered once, for all domains;
 * what comes is told apart by its message number, so an event that overtakes the answer of
 * its registration still finds its listeners.
 */
export class Events {
  readonly #session: Session
  readonly #onError: (error: unknown, name: EventName) => void
  readonly #registered = new Map<EventName, Registered>()
  /** By the callback id of a registration of its own. */
  readonly #monitorWatches = new Map<number, (event: EventPayload<'monitor'>) => void>()

  constructor(session: Session, onError: (error: unknown, name: EventName) => void) {
    this.#session = session
    this.#onError = onError
  }

  /**
   * Listens to events. Subscribe before listing: what changes in between is then told, not
   * missed. A listener must not throw; if it does, that is reported and the others go on.
   */
  async subscribe(listeners: Listeners, options?: CallOptions): Promise<Subscription> {
    const names = (Object.keys(listeners) as EventName[]).filter((name) => listeners[name])
    const unsupported: EventName[] = []
    // One after the other: registrations are cheap, and the daemon counts requests.
    for (const name of names) {
      const registered = this.#register(name, options)
      // The table pairs the name with the payload its listener takes.
      registered.listeners.add(listeners[name] as (event: never) => void)
      try {
        await registered.callback
      } catch (error) {
        this.#registered.delete(name)
        // An event id the daemon does not know is INTERNAL_ERROR "unsupported event ID".
        if (!isLibvirtError(error, 'INTERNAL_ERROR', 'NO_SUPPORT', 'RPC', 'INVALID_ARG')) {
          throw error
        }
        unsupported.push(name)
      }
    }
    const unsubscribe = async (): Promise<void> => {
      for (const name of names) {
        const registered = this.#registered.get(name)
        registered?.listeners.delete(listeners[name] as (event: never) => void)
        if (registered?.listeners.size === 0) await this.#deregister(name, registered)
      }
    }
    return { unsupported, unsubscribe }
  }

  /**
   * Every QMP event of one domain, until the function that is given back is called. A registration
   * of its own: daemon and QEMU send them only for as long as somebody wants them.
   */
  async watchMonitor(
    uuid: string,
    listener: (event: EventPayload<'monitor'>) => void,
    options?: CallOptions,
  ): Promise<() => Promise<void>> {
    const { call } = this.#session
    const args = { dom: domainRef(uuid), event: null, flags: 0 }
    const { callbackId } = await call(connectDomainMonitorEventRegister, args, options)
    this.#monitorWatches.set(callbackId, listener)
    return async () => {
      if (!this.#monitorWatches.delete(callbackId)) return
      await call(connectDomainMonitorEventDeregister, { callbackId })
    }
  }

  /** A message from the connection. */
  receive(program: number, procedure: number, payload: Buffer): void {
    const name = NAMES_BY_MESSAGE.get(`${program}:${procedure}`)
    const registered = name && this.#registered.get(name)
    if (!name || !(registered || (name === 'monitor' && this.#monitorWatches.size > 0))) {
      return
    }
    try {
      const { message, read } = EVENTS[name]
      const wire = message.payload.decode(new XdrReader(payload))
      const watch = this.#monitorWatches.get(wire.callbackId)
      if (name === 'monitor' && watch) {
        // Decoded by the row named `monitor`: its reader takes this very message.
        this.#tell(name, watch, EVENTS.monitor.read(wire as never) as never)
        return
      }
      if (!registered) return
      // Codec and reader stand in one row of the table.
      const event = (read as (wire: unknown) => never)(wire)
      for (const listener of registered.listeners) this.#tell(name, listener, event)
    } catch (error) {
      this.#onError(error, name)
    }
  }

  #tell(name: EventName, listener: (event: never) => void, event: never): void {
    try {
      listener(event)
    } catch (error) {
      this.#onError(error, name)
    }
  }

  #register(name: EventName, options?: CallOptions): Registered {
    const known = this.#registered.get(name)
    if (known) return known
    const registered: Registered = {
      listeners: new Set(),
      callback: this.#callRegister(name, options),
    }
    this.#registered.set(name, registered)
    return registered
  }

  async #callRegister(name: EventName, options?: CallOptions): Promise<number> {
    const { call } = this.#session
    const { registration, id: eventId } = EVENTS[name]
    switch (registration) {
      case 'domain': {
        const args = { eventId, dom: null }
        return (await call(register.connectDomainEventCallbackRegisterAny, args, options))
          .callbackId
      }
      case 'network': {
        const args = { eventId, net: null }
        return (await call(register.connectNetworkEventRegisterAny, args, options))
          .callbackId
      }
      case 'pool': {
        const args = { eventId, pool: null }
        return (await call(register.connectStoragePoolEventRegisterAny, args, options))
          .callbackId
      }
      case 'node-device': {
        const args = { eventId, dev: null }
        return (await call(register.connectNodeDeviceEventRegisterAny, args, options))
          .callbackId
      }
      case 'monitor': {
        const args = { dom: null, event: MONITOR_EVENTS, flags: MONITOR_REGEX }
        return (await call(connectDomainMonitorEventRegister, args, options)).callbackId
      }
    }
  }

  async #deregister(name: EventName, registered: Registered): Promise<void> {
    this.#registered.delete(name)
    const callbackId = await registered.callback
    const { registration } = EVENTS[name]
    const procedure = {
      domain: register.connectDomainEventCallbackDeregisterAny,
      network: register.connectNetworkEventDeregisterAny,
      pool: register.connectStoragePoolEventDeregisterAny,
      'node-device': register.connectNodeDeviceEventDeregisterAny,
      monitor: connectDomainMonitorEventDeregister,
    }[registration]
    await this.#session.call(procedure, { callbackId })
  }
}
