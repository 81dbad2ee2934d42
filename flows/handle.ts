/** Handles: what a mentee is called by everybody else. They say nothing about who it is. */

import type { ThreadState } from "./state.ts";

const colours = [
  "Amber", "Ash", "Autumn", "Blue", "Bright", "Bronze", "Calm", "Cedar", "Clear", "Cloud", "Copper", "Coral",
  "Crimson", "Dawn", "Early", "Ember", "Evening", "Fern", "Forest", "Gentle", "Golden", "Green", "Grey", "Hazel",
  "Indigo", "Ivory", "Jade", "Lavender", "Lilac", "Maple", "Marble", "Misty", "Morning", "Moss", "Night", "Olive",
  "Pearl", "Pine", "Plum", "Quiet", "Red", "River", "Rose", "Ruby", "Sand", "Silver", "Sky", "Snow", "Spring",
  "Steady", "Stone", "Summer", "Sunny", "Teal", "Velvet", "Violet", "White", "Willow", "Winter", "Yellow",
] as const; // biome-ignore format: a list reads better as one block

const animals = [
  "Badger", "Bear", "Beaver", "Bee", "Bison", "Crane", "Cricket", "Crow", "Curlew", "Deer", "Dolphin", "Dove",
  "Dragonfly", "Duck", "Eagle", "Elk", "Falcon", "Finch", "Firefly", "Fox", "Gecko", "Goose", "Hare", "Hawk",
  "Hedgehog", "Heron", "Kestrel", "Kingfisher", "Lark", "Lynx", "Magpie", "Marten", "Mole", "Moose", "Moth",
  "Newt", "Nightingale", "Orca", "Osprey", "Otter", "Owl", "Panda", "Pelican", "Penguin", "Plover", "Puffin",
  "Rabbit", "Raven", "Reindeer", "Robin", "Salmon", "Seal", "Sparrow", "Squirrel", "Starling", "Stork", "Swan",
  "Swift", "Tern", "Thrush", "Tiger", "Toad", "Trout", "Turtle", "Wagtail", "Walrus", "Whale", "Wolf", "Wren",
] as const; // biome-ignore format: a list reads better as one block

/**
 * "Blue Heron 27", from 32 random hexadecimal digits. Unique only with the index of the threads: a handle that is
 * taken is drawn again.
 */
export function handleFrom(random: string): string {
  const colour = colours[part(random, 0) % colours.length];
  const animal = animals[part(random, 1) % animals.length];
  return `${colour} ${animal} ${10 + (part(random, 2) % 90)}`;
}

/** What a supporter reads above the mentee's words: the nickname, or the name that they gave for this. */
export function calledBySupporter({ calledName, handle }: ThreadState): string {
  return calledName ?? handle;
}

/** The nth of four numbers below 2^32 in 32 hexadecimal digits. */
function part(random: string, n: number): number {
  return Number.parseInt(random.slice(n * 8, n * 8 + 8), 16);
}
