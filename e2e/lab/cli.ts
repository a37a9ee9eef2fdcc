import { parseArgs } from 'node:util'

import { down, status, up, type LabStatus } from './lifecycle.ts'
import { FLEET } from './plan.ts'
import { labPlace } from './state.ts'

const USAGE = `Usage: npm run lab -- up [--hosts N] | down | status [--json]

  up      start what is missing of the lab: hosts, then guests
  down    end it and remove all of it but the guests' image
  status  what runs now (exit code 1 if the lab is not up)

Environment: BALLAST_LAB_DIR (/run/ballast-lab), BALLAST_LAB_NETWORK (77), BALLAST_LAB_CACHE (/var/cache/ballast-lab)`

function show(lab: LabStatus): string {
  if (lab.state === 'down') return `lab ${lab.dir}: down`
  const hosts = lab.hosts.map((host) => {
    const guests = host.guests.map(({ name, state }) => `    ${name.padEnd(12)}${state}`)
    const head = `  ${host.name.padEnd(8)}${host.address}  ssh -F ${lab.sshConfig} ${host.name}`
    return [head, `    ${host.uri}`, ...(host.error ? [`    ${host.error}`] : guests)].join(
      '\n',
    )
  })
  return [`lab ${lab.dir}: ${lab.state}`, ...hosts].join('\n')
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      hosts: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const [command] = positionals
  if (values.help || positionals.length !== 1) {
    console.log(USAGE)
    return values.help ? 0 : 2
  }
  const place = labPlace()
  const began = Date.now()
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`
  const say = (line: string) => console.error(`${seconds().padStart(7)}  ${line}`)
  switch (command) {
    case 'up': {
      const hosts = values.hosts === undefined ? FLEET.length : Number(values.hosts)
      if (!Number.isInteger(hosts) || hosts < 1 || hosts > FLEET.length)
        throw new RangeError(`--hosts takes a number from 1 to ${FLEET.length}`)
      const changed = await up(place, { hosts, say })
      say(changed ? 'the lab is up' : 'the lab was up already')
      break
    }
    case 'down':
      await down(place)
      say('the lab is down')
      break
    case 'status': {
      const lab = await status(place)
      console.log(values.json ? JSON.stringify(lab, null, 2) : show(lab))
      return lab.state === 'up' ? 0 : 1
    }
    default:
      console.error(USAGE)
      return 2
  }
  if (values.json) console.log(JSON.stringify(await status(place), null, 2))
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(`lab: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
