import type { Origin } from '../model.ts'
import { set, type XmlElement } from '../xml/tree.ts'

const pattern =
  /^(?<scheme>[a-zA-Z][a-zA-Z0-9.-]*)(?:\+(?<transport>[a-z]+))?:\/\/(?:[^@/]*@)?(?<host>\[[^\]]*\]|[^:/?]*)(?::(?<port>\d+))?(?<path>\/[^?]*)?(?:\?(?<query>.*))?$/

export const isRemotePath = (path: string) => pattern.test(path)

/** `gluster://host/volume/image` and its like as a network source. False: it is no URL. */
export function fillRemoteSource(disk: XmlElement, path: string, origin: Origin): boolean {
  const parts = pattern.exec(path)?.groups
  if (!parts) return false
  const put = (at: string, value: string | undefined) => set(disk, at, value, origin)
  const query = parts.query ?? ''
  put('@type', 'network')
  put('source/@protocol', parts.scheme)
  put('source/@name', (parts.path ?? '').replace(/^\/+/, ''))
  const socket = /^socket=(.*)$/.exec(query)?.[1]
  if (query && socket === undefined) put('source/@query', query)
  put('source/host/@name', parts.host?.replace(/^\[|\]$/g, ''))
  put('source/host/@port', parts.port)
  put('source/host/@transport', parts.transport)
  put('source/host/@socket', socket)
  return true
}
