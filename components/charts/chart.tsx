'use client'

import dynamic from 'next/dynamic'

import { ChartPlaceholder } from './chart-placeholder.tsx'

/** TimeSeriesChart, loaded when it is first shown: recharts is no part of the first load. */
export const LazyTimeSeriesChart = dynamic(
  () => import('./time-series-chart.tsx').then((module) => module.TimeSeriesChart),
  { ssr: false, loading: ChartPlaceholder },
)
