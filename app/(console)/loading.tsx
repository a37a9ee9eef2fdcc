import { Page } from '../../components/shell/page.tsx'
import { Skeleton, SkeletonRows } from '../../components/ui/states.tsx'

export default function ConsoleLoading() {
  return (
    <Page>
      <Skeleton className="mb-6 h-6 w-48" />
      <SkeletonRows rows={8} />
    </Page>
  )
}
