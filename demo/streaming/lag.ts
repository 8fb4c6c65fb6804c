/** One partition's committed offset of a group (-1: none yet) and its first and next offsets. */
export interface PartitionProgress {
  readonly committed: number;
  readonly low: number;
  readonly high: number;
}

/** Messages yet to be read, over all partitions. Messages that the broker has deleted do not count. */
export function lagSum(partitions: readonly PartitionProgress[]): number {
  return partitions.reduce(
    (sum, { committed, low, high }) => sum + high - Math.min(high, Math.max(committed, low)),
    0,
  );
}

interface TopicOffset {
  readonly partition: number;
  readonly low: string;
  readonly high: string;
}

interface GroupOffset {
  readonly partition: number;
  readonly offset: string;
}

/** Joins a topic's offsets with a group's, as Kafka's admin API gives them. */
export function progressOf(
  topic: readonly TopicOffset[],
  group: readonly GroupOffset[],
): PartitionProgress[] {
  return topic.map(({ partition, low, high }) => ({
    committed: Number(group.find((offset) => offset.partition === partition)?.offset ?? -1),
    low: Number(low),
    high: Number(high),
  }));
}
