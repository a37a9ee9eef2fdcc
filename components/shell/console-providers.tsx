'use client'

import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { NuqsAdapter } from 'nuqs/adapters/next/app'
import { useState, type ReactNode } from 'react'

import type { Me } from '../../server/contract/account.ts'
import { ProblemError } from '../../server/contract/problem.ts'
import { MeProvider } from './me.tsx'

function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        refetchOnWindowFocus: false,
        // A problem is an answer: asking again brings the same one.
        retry: (failures, error) => !(error instanceof ProblemError) && failures < 2,
      },
    },
  })
}

/** What every page of the console finds above it. */
export function ConsoleProviders({ me, children }: { me: Me; children: ReactNode }) {
  const [client] = useState(createQueryClient)
  return (
    <QueryClientProvider client={client}>
      <NuqsAdapter>
        <MeProvider me={me}>{children}</MeProvider>
      </NuqsAdapter>
    </QueryClientProvider>
  )
}
