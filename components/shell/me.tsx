'use client'

import { createContext, useContext, type ReactNode } from 'react'

import { roleAllows, type Me, type Role } from '../../server/contract/account.ts'
import { useT } from '../i18n/use-t.ts'

const MeContext = createContext<Me | null>(null)

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <MeContext value={me}>{children}</MeContext>
}

/** Who is logged in. @throws Error outside the console layout */
export function useMe(): Me {
  const me = useContext(MeContext)
  if (!me) throw new Error('MeProvider is missing above this component')
  return me
}

/** Whether the person may do what needs `role`; `reason` goes into `blocked` as it is. */
export function useMay(role: Role): { allowed: boolean; reason: string | undefined } {
  const me = useMe()
  const t = useT('common')
  const allowed = roleAllows(me.role, role)
  return {
    allowed,
    reason: allowed
      ? undefined
      : t('needsRole', { role: t(`role.${role}`), own: t(`role.${me.role}`) }),
  }
}
