import type { Origin } from '../model.ts'

/**
 * A small XML tree in which every value remembers who asked for it. Children keep their order,
 * text and elements are not mixed (libvirt's XML does not do that).
 */
export interface XmlElement {
  name: string
  attributes: Map<string, XmlValue>
  children: XmlElement[]
  text: XmlValue | null
  origin: Origin
  /** Set on purpose (`<readonly/>`): stays although it is empty. */
  present: boolean
}

export interface XmlValue {
  value: string
  origin: Origin
}

export const shape: Origin = { by: 'shape' }
export const byDefault: Origin = { by: 'default' }

export function element(name: string, origin: Origin = shape): XmlElement {
  return {
    name,
    attributes: new Map(),
    children: [],
    text: null,
    origin,
    present: false,
  }
}

/**
 * One step of a path: `host`, `host[2]` (1-based), `entry[@name='serial']`, or `host#`, which takes
 * the next of the indexes handed in (0-based, as typed in `host1.name`).
 */
interface Step {
  name: string
  position: number | 'next'
  match: { attribute: string; value: string } | null
}

interface Path {
  steps: Step[]
  attribute: string | null
}

const paths = new Map<string, Path>()

/** Paths come from tables and are few: each is taken apart once. */
function pathOf(text: string): Path {
  const known = paths.get(text)
  if (known) return known
  const made = splitPath(text)
  if (paths.size < 5000) paths.set(text, made)
  return made
}

function splitPath(text: string): Path {
  const steps: Step[] = []
  let attribute: string | null = null
  for (const part of text.replace(/^\.\//, '').split('/')) {
    if (part === '' || part === '.') continue
    if (part.startsWith('@')) {
      attribute = part.slice(1)
      continue
    }
    const match =
      /^([^[#]+)(#)?(?:\[(?:(\d+)|@([\w:-]+)=(?:'([^']*)'|"([^"]*)"))\])?$/.exec(part)
    if (!match) throw new Error(`not a path: ${text}`)
    steps.push({
      name: match[1]!,
      position: match[2] ? 'next' : match[3] ? Number(match[3]) : 1,
      match: match[4] ? { attribute: match[4], value: match[5] ?? match[6] ?? '' } : null,
    })
  }
  return { steps, attribute }
}

const xmlName = String.raw`[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?`
const xpathStep = new RegExp(
  String.raw`^(?:\.|@?${xmlName}|${xmlName}\[(?:\d+|@${xmlName}=(?:'[^']*'|"[^"]*"))\])?$`,
)

/** Whether a typed path is one that can be found or written here; tables have none of the others. */
export const isXpath = (text: string) =>
  text !== '' && text.split('/').every((step) => xpathStep.test(step))

const fits = (child: XmlElement, step: Step) =>
  child.name === step.name &&
  (step.match === null ||
    child.attributes.get(step.match.attribute)?.value === step.match.value)

function childAt(parent: XmlElement, step: Step, position: number): XmlElement | undefined {
  let seen = 0
  for (const child of parent.children) {
    if (fits(child, step) && ++seen === position) return child
  }
  return undefined
}

function positionOf(step: Step, indexes: number[], next: { at: number }): number {
  return step.position === 'next' ? (indexes[next.at++] ?? 0) + 1 : step.position
}

/** The element at a path, or undefined. The path of an attribute gives the element that has it. */
export function find(
  from: XmlElement,
  path: string,
  indexes: number[] = [],
): XmlElement | undefined {
  const next = { at: 0 }
  let at: XmlElement | undefined = from
  for (const step of pathOf(path).steps) {
    at = childAt(at, step, positionOf(step, indexes, next))
    if (!at) return undefined
  }
  return at
}

/** All children of the last step's name at a path without indexes. */
export function findAll(from: XmlElement, path: string): XmlElement[] {
  const { steps } = pathOf(path)
  let level = [from]
  for (const step of steps) {
    level = level.flatMap((parent) => parent.children.filter((child) => fits(child, step)))
  }
  return level
}

/** The value of an attribute or of an element's text; undefined when it is not there. */
export function get(
  from: XmlElement,
  path: string,
  indexes: number[] = [],
): string | undefined {
  const { attribute } = pathOf(path)
  const at = find(from, path, indexes)
  return attribute === null ? at?.text?.value : at?.attributes.get(attribute)?.value
}

export const has = (from: XmlElement, path: string) =>
  pathOf(path).attribute === null
    ? find(from, path) !== undefined
    : get(from, path) !== undefined

/** The element at a path, made with all that leads to it. Missing elements of a list are made too. */
export function ensure(
  from: XmlElement,
  path: string,
  origin: Origin,
  indexes: number[] = [],
): XmlElement {
  const next = { at: 0 }
  let at = from
  for (const step of pathOf(path).steps) {
    const position = positionOf(step, indexes, next)
    let child = childAt(at, step, position)
    while (!child) {
      const made = element(step.name, origin.by === 'typed' ? origin : shape)
      if (step.match) {
        made.attributes.set(step.match.attribute, { value: step.match.value, origin })
      }
      at.children.push(made)
      child = childAt(at, step, position)
    }
    at = child
  }
  return at
}

/**
 * Sets the value at a path. An empty or undefined value takes it away, with every element above that
 * is empty then.
 */
export function set(
  from: XmlElement,
  path: string,
  value: string | undefined,
  origin: Origin,
  indexes: number[] = [],
): void {
  if (value === undefined || value === '') {
    unset(from, path, indexes)
    return
  }
  const { attribute } = pathOf(path)
  const at = ensure(from, path, origin, indexes)
  if (attribute === null) at.text = { value, origin }
  else at.attributes.set(attribute, { value, origin })
}

/** `<readonly/>`: the element itself is the value. */
export function setPresent(
  from: XmlElement,
  path: string,
  origin: Origin,
  indexes: number[] = [],
): void {
  const at = ensure(from, path, origin, indexes)
  at.present = true
  at.origin = origin
}

export function unset(from: XmlElement, path: string, indexes: number[] = []): void {
  const { attribute } = pathOf(path)
  const at = find(from, path, indexes)
  if (!at) return
  if (attribute === null) {
    if (at === from) return
    at.text = null
    at.present = false
    at.children = []
    at.attributes.clear()
  } else at.attributes.delete(attribute)
  prune(from)
}

export function removeChild(parent: XmlElement, child: XmlElement): void {
  const index = parent.children.indexOf(child)
  if (index >= 0) parent.children.splice(index, 1)
}

export const isEmpty = (at: XmlElement): boolean =>
  !at.present &&
  at.text === null &&
  at.attributes.size === 0 &&
  at.children.every((child) => isEmpty(child))

/** Takes away what is empty and was not put there on purpose. */
export function prune(at: XmlElement): void {
  at.children = at.children.filter((child) => !isEmpty(child))
  for (const child of at.children) prune(child)
}

/** A deep copy; `copies` is told which element became which. */
export function clone(at: XmlElement, copies?: Map<XmlElement, XmlElement>): XmlElement {
  const copy: XmlElement = {
    ...at,
    attributes: new Map(at.attributes),
    children: at.children.map((child) => clone(child, copies)),
  }
  copies?.set(at, copy)
  return copy
}
