import { describe, expect, test } from 'vitest'

import { overcommit } from '../contract/overcommit.ts'
import { memoryWarnings, overcommitOf, poolsOf } from './overcommit.ts'
import type { CellRoom, GuestClaim, HostRoom } from './overcommit.ts'

const GiB = 2 ** 20

function cell(id: number, init: Partial<CellRoom> = {}): CellRoom {
  return { id, totalKiB: 32 * GiB, freeKiB: 20 * GiB, hugePages: [], ...init }
}

function host(init: Partial<HostRoom> = {}): HostRoom {
  const memory = {
    totalKiB: 64 * GiB,
    freeKiB: 20 * GiB,
    buffersKiB: 1 * GiB,
    cachedKiB: 9 * GiB,
    usedKiB: 34 * GiB,
  }
  return { memory, cells: [cell(0), cell(1)], ...init }
}

let number = 0
function guest(gib: number, init: Partial<GuestClaim> = {}): GuestClaim {
  return {
    uuid: `guest-${number++}`,
    balloonKiB: gib * GiB,
    maximumKiB: gib * GiB,
    rssKiB: gib * GiB,
    hugePageKiB: null,
    cells: null,
    ...init,
  }
}

describe('what the guests of a host may take', () => {
  test('at their maxima 18 GiB too much', () => {
    const guests = [guest(30), guest(40, { balloonKiB: 20 * GiB }), guest(12)]
    const { sums, atMaximum, atBalloon } = overcommitOf(host(), guests)
    expect(sums).toEqual({
      guests: 3,
      balloonKiB: 62 * GiB,
      maximumKiB: 82 * GiB,
      rssKiB: 82 * GiB,
    })
    expect(atMaximum).toMatchObject({ missingKiB: 18 * GiB, spareKiB: 0 })
    expect(atMaximum.ratio).toBeCloseTo(82 / 64)
    expect(atBalloon).toMatchObject({ missingKiB: 0, spareKiB: 2 * GiB })
  })

  test('still to be taken inside the balloons, beside free RAM and page cache', () => {
    const guests = [
      guest(24, { rssKiB: 4 * GiB }),
      // An RSS above the balloon takes nothing from the others.
      guest(8, { rssKiB: 9 * GiB }),
      guest(12, { rssKiB: null }),
    ]
    const { soon, otherKiB } = overcommitOf(host(), guests)
    expect(soon).toMatchObject({
      needKiB: 32 * GiB,
      haveKiB: 30 * GiB,
      missingKiB: 2 * GiB,
    })
    expect(otherKiB).toBe((34 - 13) * GiB)
  })

  test('huge pages are set aside from RAM, for those who use them', () => {
    const pages = { sizeKiB: 2048, total: 8192, free: 4096 }
    const room = host({ cells: [cell(0, { hugePages: [pages] }), cell(1)] })
    const guests = [guest(10, { hugePageKiB: 2048 }), guest(50)]
    const result = overcommitOf(room, guests)
    expect(result.ordinaryKiB).toBe(48 * GiB)
    expect(result.atMaximum.missingKiB).toBe(2 * GiB)
    expect(result.hugePages).toEqual([
      {
        ...pages,
        atMaximum: {
          needKiB: 10 * GiB,
          haveKiB: 16 * GiB,
          missingKiB: 0,
          spareKiB: 6 * GiB,
          ratio: 0.625,
        },
      },
    ])
  })

  test('by cell: who must be there, and who may', () => {
    const guests = [
      guest(20, { cells: [1] }),
      guest(16, { cells: [1] }),
      guest(8, { cells: [0, 1] }),
      guest(4),
    ]
    const { cells } = overcommitOf(host(), guests)
    expect(cells.map(({ bound, shared }) => [bound.maximumKiB, shared.maximumKiB])).toEqual(
      [
        [0, 12 * GiB],
        [36 * GiB, 12 * GiB],
      ],
    )
    expect(cells.map(({ atMaximum }) => atMaximum.missingKiB)).toEqual([0, 4 * GiB])
  })

  test('sets of cells: each guest fits, all together do not', () => {
    const room = host({ cells: [cell(0), cell(1), cell(2)] })
    const guests = [
      guest(24, { cells: [0] }),
      guest(24, { cells: [1, 0] }),
      guest(24, { cells: [0, 1] }),
      guest(9, { cells: [1, 2] }),
    ]
    expect(overcommitOf(room, guests).cellSets).toEqual([
      expect.objectContaining({
        cells: [0, 1],
        atMaximum: expect.objectContaining({ missingKiB: 8 * GiB }),
      }),
    ])
  })

  test('one cell is the host: nothing is said twice', () => {
    const { cells, cellSets } = overcommitOf(host({ cells: [cell(0)] }), [guest(1)])
    expect([cells, cellSets]).toEqual([[], []])
  })

  test('nothing known, nothing running: no number that is none', () => {
    const memory = { totalKiB: 0, freeKiB: 0, buffersKiB: 0, cachedKiB: 0, usedKiB: 0 }
    const result = overcommitOf({ memory, cells: [] }, [])
    expect(result.atMaximum.ratio).toBeNull()
    expect(overcommit.parse(result)).toEqual(result)
  })
})

const pool = (free: number) => [{ sizeKiB: 2048, total: 4096, free }]

describe('what a change would make worse', () => {
  test('nothing for one that fits, nor for one that shrinks on a host that is over already', () => {
    const big = guest(60)
    expect(memoryWarnings(host(), [], guest(8))).toEqual([])
    const less = { ...big, balloonKiB: 50 * GiB }
    expect(memoryWarnings(host(), [big, guest(60)], less)).toEqual([])
  })

  test('growing a balloon into RAM that is not there', () => {
    const big = guest(60, { balloonKiB: 10 * GiB, rssKiB: 10 * GiB })
    const grown = { ...big, balloonKiB: 45 * GiB }
    const other = guest(24)
    expect(memoryWarnings(host(), [big, other], grown)).toEqual([
      expect.objectContaining({
        kind: 'over-free',
        needKiB: 35 * GiB,
        haveKiB: 30 * GiB,
        missingKiB: 5 * GiB,
      }),
      expect.objectContaining({ kind: 'over-balloon', missingKiB: 5 * GiB }),
    ])
  })

  test('a new guest at its maximum', () => {
    const guests = [guest(40, { balloonKiB: 20 * GiB })]
    const created = guest(30, { rssKiB: null })
    expect(memoryWarnings(host(), guests, created)).toEqual([
      {
        kind: 'over-maximum',
        needKiB: 70 * GiB,
        haveKiB: 64 * GiB,
        missingKiB: 6 * GiB,
        cells: null,
        pageKiB: null,
      },
    ])
  })

  test('a guest bound to a cell that is full of others', () => {
    const warnings = memoryWarnings(
      host(),
      [guest(20, { cells: [1] })],
      guest(16, { cells: [1] }),
    )
    expect(warnings).toEqual([
      expect.objectContaining({ kind: 'over-cells', cells: [1], missingKiB: 4 * GiB }),
    ])
  })

  test('huge pages: those that are free where it may be', () => {
    const room = host({
      cells: [cell(0, { hugePages: pool(4096) }), cell(1, { hugePages: pool(1024) })],
    })
    const wants = { hugePageKiB: 2048, rssKiB: null }
    expect(memoryWarnings(room, [], guest(10, wants))).toEqual([])
    expect(memoryWarnings(room, [], guest(4, { ...wants, cells: [1] }))).toEqual([
      {
        kind: 'over-huge-pages',
        needKiB: 4 * GiB,
        haveKiB: 2 * GiB,
        missingKiB: 2 * GiB,
        cells: null,
        pageKiB: 2048,
      },
    ])
    expect(
      memoryWarnings(room, [], guest(1, { ...wants, hugePageKiB: GiB }))[0]?.haveKiB,
    ).toBe(0)
    // Those it has already are not needed once more.
    const running = guest(10, wants)
    expect(memoryWarnings(room, [running], running)).toEqual([])
  })

  test('pages that the host did not count are not taken as none', () => {
    const hugePages = [{ sizeKiB: 2048, total: 4, free: null }]
    expect(poolsOf([{ hugePages }, { hugePages }])).toEqual([
      { sizeKiB: 2048, total: 8, free: null },
    ])
  })
})
