import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

import { beforeAll, describe, expect, test } from 'vitest'

import { getLab } from '../../e2e/lab/index.ts'
import { singleHost } from '../creation/record-host.ts'
import { loadOsDatabase } from '../osinfo/load.ts'
import { createOpenTransport } from '../ssh/open-transport.ts'
import { buildDomain } from './build-domain.ts'
import { parseCommandLine } from './command-line.ts'
import type { HostFacts } from './host-facts.ts'
import type { OsDatabase } from './os-facts.ts'
import { parseXml } from './xml/parse.ts'
import { get, type XmlElement } from './xml/tree.ts'

/*
 * Debian's virt-install 4.1.0 is the oracle where 5.1.0 does the same. Both are asked about one host of
 * the lab. 4.1.0 leaves the CPU of an emulated guest alone, and writes Hyper-V features without asking
 * the host: what differs so is taken out, nothing else.
 */
const run = promisify(execFile)
const program = '/usr/bin/virt-install'
const isThere = existsSync(program)
const host = getLab().host('alpha')

/** Every value with where it stands; uuid and MAC are made up by each. */
function values(at: XmlElement, path = ''): string[] {
  const here = `${path}/${at.name}`
  const kind = ['type', 'name', 'model', 'dev']
    .map((name) => get(at, `@${name}`))
    .find(Boolean)
  const place = kind ? `${here}[${kind}]` : here
  return [
    ...[...at.attributes].map(([name, { value }]) => `${place}@${name}=${value}`),
    ...(at.text ? [`${place}=${at.text.value}`] : []),
    ...at.children.flatMap((child) => values(child, place)),
  ]
}

const comparable = (xml: string) =>
  values(parseXml(xml))
    .filter((line) => !/\/uuid=|\/mac@address|\/cpu@mode=maximum|\/hyperv/.test(line))
    .sort()

let facts: HostFacts
let osDatabase: OsDatabase

beforeAll(async () => {
  const openTransport = createOpenTransport({ knownHostsFile: '/dev/null' })
  const single = singleHost(host.uri, openTransport)
  try {
    facts = await single.facts()
  } finally {
    await single.close()
  }
  osDatabase = (await loadOsDatabase()).database
})

describe.skipIf(!isThere)(
  isThere ? 'as the real virt-install' : 'skipped: the package virtinst is not installed',
  () => {
    test.each([
      '--name vi1 --osinfo linux2020 --memory 512 --disk none --import --virt-type qemu',
      '--name vi2 --osinfo linux2022 --memory 512 --vcpus 2,maxvcpus=6,sockets=3 --disk none --pxe --network network=default --virt-type qemu',
      '--name vi3 --osinfo generic --memory 64 --disk none --import --graphics vnc,listen=0.0.0.0,password=x --virt-type qemu',
      '--name vi4 --osinfo win10 --memory 2048 --disk none --import --graphics vnc --virt-type qemu',
      '--name vi5 --osinfo debian11 --memory 1024 --disk none --import --graphics none --console pty,target.type=virtio --serial file,path=/tmp/x --virt-type qemu',
      '--name vi6 --osinfo debian11 --memory 1024,maxmemory=2048 --memorybacking source.type=memfd,access.mode=shared --filesystem /srv,share,driver.type=virtiofs --disk none --import --virt-type qemu',
      '--name vi7 --osinfo fedora37 --memory 1024 --disk none --import --cpu qemu64,+aes,secure=off --features kvm_hidden=on --clock hpet_present=yes --virt-type qemu',
      '--name vi8 --osinfo debian11 --memory 1024 --disk none --import --controller usb2 --sound ac97 --video qxl,heads=2 --watchdog default --vsock default --virt-type qemu',
      '--name vi9 --osinfo debian11 --memory 1024 --disk none --import --sysinfo system.serial=12 --metadata title=one --events on_crash=restart --xml ./devices/foo/@a=b --virt-type qemu',
      '--name vj1 --osinfo debian11 --memory 1024 --disk none --virt-type qemu --boot hd,cdrom,network,menu=on,useserial=on --clock offset=variable,hpet_present=no,kvmclock_present=yes --pm suspend_to_mem=yes --import',
      '--name vj2 --osinfo debian11 --memory 1024 --disk none --virt-type qemu --cputune vcpupin0.vcpu=0,vcpupin0.cpuset=0-3,shares=2048,emulatorpin.cpuset=0,2 --numatune 1,2,3,mode=preferred --memtune hard_limit=100,soft_limit=5 --blkiotune weight=100,device0.path=/dev/sda,device0.weight=200 --import',
      '--name vj3 --osinfo debian11 --memory 1024 --disk none --virt-type qemu --iothreads iothreads=2,iothreadids.iothread0.id=1,iothreadids.iothread1.id=2 --resource /foo --idmap uid.start=0,uid.target=1000,uid.count=10 --keywrap cipher0.name=aes,cipher0.state=on --import',
      '--name vj4 --osinfo debian11 --memory 1024 --disk none --virt-type qemu --seclabel model=dac,label=1:1 --hostdev type=pci,address.domain=0 --smartcard host --redirdev usb,type=tcp,server=localhost:4000 --import',
      '--name vj5 --osinfo debian11 --memory 1024 --disk none --virt-type qemu --channel unix,path=/tmp/x,mode=bind,target_type=virtio,name=org.foo --parallel udp,host=0.0.0.0:1234,bind_host=127.0.0.1:567 --serial tcp,host=:2222,mode=bind,protocol=telnet,log.file=/tmp/l,log.append=yes --import',
      '--name vj6 --osinfo debian11 --memory 1024 --disk none --virt-type qemu --rng type=egd,backend.type=tcp,backend.source.host=1.2.3.4,backend.source.service=7 --tpm backend.type=emulator,backend.version=2.0,model=tpm-tis --controller num_pcie_root_ports=3 --controller scsi,model=virtio-scsi --import',
      '--name vj7 --osinfo debian11 --memory 1024 --disk none --virt-type qemu --vcpus 8,sockets=2,dies=2,cores=2,threads=1 --cpu Skylake-Client,+vmx,-avx,force=aes,optional=ssse3,cell0.id=0,cell0.cpus=0-7,cell0.memory=1048576 --import',
      '--name vj8 --osinfo debian11 --memory 1024 --disk none --virt-type qemu --graphics spice,listens0.type=address,listens0.address=1.2.3.4,image_compression=glz,filetransfer_enable=no --graphics egl-headless --video model=qxl,heads=2,ram=65536 --video vga --import',
      '--name vj9 --osinfo debian11 --memory 1024 --disk none --virt-type qemu --network network=default,driver.name=vhost,driver.queues=4,rom.bar=off,link.state=down,filterref.filter=clean-traffic --network bridge=ovs,virtualport_type=openvswitch --network vhostuser,source_type=unix,source_path=/x,source_mode=server --import',
      '--name vk1 --osinfo debian11 --memory 1024 --virt-type qemu --disk size=1,bus=scsi --disk size=1,bus=sata,cache=none,io=native,serial=abc --disk size=1,format=raw,sparse=no,readonly=on --disk device=cdrom --import',
      '--name vk2 --osinfo debian11 --memory 1024 --virt-type qemu --disk type=network,source.protocol=rbd,source.name=p/v,source.host0.name=1.2.3.4,source.host0.port=6789 --memdev dimm,access=private,target.size=512,target.node=0 --shmem name=a,role=master,model.type=ivshmem-plain,size=8,size.unit=M --iommu model=intel,driver.intremap=on --import',
      '--name vk3 --osinfo debian11 --memory 1024 --disk none --virt-type qemu --sysinfo bios.vendor=A,system.serial=d,baseBoard.manufacturer=g,oemStrings.entry0=x --xml ./description=hello --xml xpath.create=./metadata/x --metadata title=a,genid_enable=yes --import',
      '--name vk4 --osinfo detect=on --memory 1024 --disk none --virt-type qemu --import',
      '--name vk5 --osinfo debian11 --memory 1024 --disk none --virt-type qemu --install bootdev=network --network default',
    ])(
      '%s',
      async (line) => {
        const words = [...line.split(' '), '--print-xml', '--dry-run', '--quiet']
        const { stdout } = await run(program, ['--connect', host.virshUri, ...words], {
          timeout: 120_000,
        })
        const theirs = stdout.match(/<domain[\s>][\s\S]*?<\/domain>/g) ?? []
        const plan = buildDomain(parseCommandLine(line), {
          facts,
          osDatabase,
          randomBytes: (count) => randomBytes(count),
        })
        const ours = [plan.installXml, plan.finalXml].filter((xml) => xml !== null)
        expect(ours.map(comparable)).toEqual(theirs.map(comparable))
      },
      180_000,
    )
  },
)

test('libvirt takes what a line gives, with validation on', async () => {
  const line = '--osinfo debian11 --disk none --import --graphics vnc --virt-type qemu'
  const { finalXml, name } = buildDomain(parseCommandLine(`${line} --name valid-one`), {
    facts,
    osDatabase,
    randomBytes: (count) => randomBytes(count),
  })
  try {
    const shell = `cat > /tmp/${name}.xml <<'END'\n${finalXml}END\nvirsh -q -c qemu:///system define --validate /tmp/${name}.xml`
    await host.exec('sh', '-c', shell)
    expect(await host.virsh('dumpxml', name)).toContain(`<name>${name}</name>`)
  } finally {
    await host.virsh('undefine', name).catch(() => undefined)
  }
}, 60_000)
