import { Pause, Play, Power, PowerOff, RotateCw, StepForward, Zap } from 'lucide-react'
import type { ReactNode } from 'react'

import type { DomainAction } from '../../server/contract/domain.ts'

export const actionIcons: Record<DomainAction, ReactNode> = {
  start: <Play />,
  shutdown: <Power />,
  reboot: <RotateCw />,
  reset: <Zap />,
  destroy: <PowerOff />,
  suspend: <Pause />,
  resume: <StepForward />,
}
