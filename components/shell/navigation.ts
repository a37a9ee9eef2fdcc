import {
  CircleUserRound,
  History,
  LayoutList,
  ListChecks,
  MoveRight,
  Ruler,
  Server,
  Users,
} from 'lucide-react'

import { paths } from '../data/paths.ts'

/** The places of the console, in the order of the navigation; `key` is its word in `shell.nav`. */
export const navigation = [
  { key: 'fleet', href: paths.fleet(), Icon: LayoutList, shortcut: 'g f', exact: true },
  { key: 'jobs', href: paths.jobs(), Icon: ListChecks, shortcut: 'g j', exact: false },
  {
    key: 'migrations',
    href: paths.migrations(),
    Icon: MoveRight,
    shortcut: 'g m',
    exact: false,
  },
  { key: 'sizing', href: paths.sizing(), Icon: Ruler, shortcut: 'g s', exact: false },
  {
    key: 'hosts',
    href: paths.settingsHosts(),
    Icon: Server,
    shortcut: 'g h',
    exact: false,
  },
  { key: 'users', href: paths.settingsUsers(), Icon: Users, shortcut: 'g u', exact: false },
  { key: 'audit', href: paths.audit(), Icon: History, shortcut: 'g l', exact: false },
  {
    key: 'account',
    href: paths.account(),
    Icon: CircleUserRound,
    shortcut: 'g a',
    exact: false,
  },
] as const

/** Which place an address belongs to; pages of hosts and domains belong to the fleet. */
export function currentPlace(pathname: string): (typeof navigation)[number]['key'] | null {
  if (pathname === '/' || pathname.startsWith('/hosts/')) return 'fleet'
  return (
    navigation.find(
      ({ href, exact }) => !exact && (pathname === href || pathname.startsWith(`${href}/`)),
    )?.key ?? null
  )
}
