import { ProblemError } from '../contract/problem.ts'
import { findFile } from '../iso9660/find-file.ts'
import type { UploadStep } from '../virtinst/model.ts'
import { unwatched } from './creation-watch.ts'
import type { CreationWork } from './creation-work.ts'
import { withFolderPool } from './folder-pool.ts'
import { readVolumeRange } from './image-labels.ts'
import { placeOf } from './place-of.ts'
import { uploadFile } from './upload-stream.ts'

/** A piece on its way, and the most that goes at once. Bytes. */
const pieceBytes = 1024 * 1024

/** The step `media`: what only the first boot needs, on the host. */
export async function makeMedia(work: CreationWork): Promise<void> {
  const { plan, cloudInitImage } = work.input
  await work.job.step('media', async (step) => {
    if (cloudInitImage && plan.cloudInit) {
      step.note(plan.cloudInit.path)
      await putMedium(work, plan.cloudInit.path, cloudInitImage)
      await work.checkpoint('cloud-init')
    }
    for (const upload of plan.uploads) {
      step.note(upload.source)
      const bytes =
        upload.iso === null
          ? await readHere(work, upload)
          : await readOutOfImage(work, upload.source, upload.iso)
      await putMedium(work, upload.target, bytes)
      await work.checkpoint('kernel')
    }
  })
}

async function readHere(work: CreationWork, { source }: UploadStep): Promise<Buffer> {
  const { readLocal, host } = work.input
  if (readLocal) return await readLocal(source)
  throw new ProblemError('invalid', {
    host,
    detail: `${source} is on the machine where the line was typed; the host cannot boot it.`,
    remedy: 'Upload it into a pool of the host and name it by its path there.',
    issues: [{ path: 'location', message: 'is not on the host' }],
  })
}

/** Kernel and initrd of an installer, out of its image on the host. */
async function readOutOfImage(
  work: CreationWork,
  source: string,
  iso: string,
): Promise<Buffer> {
  const { host } = work.input
  const reader = await work.connect()
  try {
    return await withFolderPool(reader, placeOf(iso).folder, async () => {
      const extent = await findFile((range) => readVolumeRange(reader, iso, range), source)
      if (extent) return await readVolumeRange(reader, iso, extent)
      throw new ProblemError('not_found', {
        host,
        detail: `${iso} has no file ${source}.`,
        issues: [{ path: 'location', message: `has no ${source}` }],
      })
    })
  } finally {
    await reader.close()
  }
}

async function putMedium(work: CreationWork, path: string, bytes: Buffer): Promise<void> {
  const { folder, name } = placeOf(path)
  work.input.watch?.allocating(name, bytes.length).end()
  const watched = work.input.watch?.transferring(name, bytes.length) ?? unwatched
  await work.make({ kind: 'file', folder, name }, 'media', async () => {
    const stream = await work.connect()
    try {
      await withFolderPool(stream, folder, async (pool) => {
        const parts = piecesOf(bytes, (done) => watched.to(done))
        await uploadFile(stream, pool.uuid, { name, sizeBytes: bytes.length, parts })
      })
    } finally {
      await stream.close()
    }
  })
  watched.end()
}

function* piecesOf(bytes: Buffer, onTaken: (doneBytes: number) => void) {
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    yield bytes.subarray(at, at + pieceBytes)
    onTaken(Math.min(at + pieceBytes, bytes.length))
  }
}
