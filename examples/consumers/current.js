// Keeps the current events of frontlog by their keys: KafkaJS, JavaScript.
//
// usage: node current.js [--once] [BOOTSTRAP] [TOPIC]      --once: end where the topic ended at the start
//
// A null value withdraws its key. One line is printed for each change; at the end, with --once, what is held.
// The group's name is new in each run, so that every run reads all of the compacted topic.
'use strict'

const { randomUUID } = require('node:crypto')
const { Kafka, logLevel } = require('kafkajs')

const once = process.argv.includes('--once')
const [bootstrap = 'localhost:29092', topic = 'frontlog.events'] = process.argv
  .slice(2)
  .filter((argument) => argument !== '--once')

const kafka = new Kafka({ clientId: 'frontlog-example', brokers: [bootstrap], logLevel: logLevel.ERROR })
const held = new Map()
const waiting = new Map()

function change (key, value) {
  if (value === null) return held.delete(key) ? 'withdrawn' : 'unknown'
  const name = held.has(key) ? 'changed' : 'added'
  held.set(key, JSON.parse(value.toString()))
  return name
}

async function main () {
  const admin = kafka.admin()
  await admin.connect()
  for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
    if (high !== '0') waiting.set(partition, BigInt(high))
  }
  await admin.disconnect()

  const consumer = kafka.consumer({ groupId: `frontlog-example-${randomUUID()}` })
  await consumer.connect()
  await consumer.subscribe({ topics: [topic], fromBeginning: true })

  let done
  const ended = new Promise((resolve) => { done = resolve })
  if (once && waiting.size === 0) done()
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message }) => {
      const key = message.key.toString()
      console.log(change(key, message.value), key, held.get(key)?.type ?? '')
      if (waiting.has(partition) && BigInt(message.offset) + 1n >= waiting.get(partition)) waiting.delete(partition)
      if (once && waiting.size === 0) done()
    }
  })
  await ended
  await consumer.disconnect()
  const types = [...held].map(([key, event]) => [key, event.type])
  console.log(JSON.stringify(Object.fromEntries(types)))
}

main().catch((error) => {
  console.error(error.message)
  process.exit(1)
})
