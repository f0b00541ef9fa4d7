/** 256 short words that look and sound unlike each other: one for each byte of a fingerprint. */
const list = `
acid acorn actor adobe agate album alloy amber anchor angle ankle apple apron arch arena arrow
atlas attic autumn badge bagel baker bamboo banjo barn basil beach beard beech bell birch bison
blade blaze bloom bonus boots bottle bread brick bridge bronze brush bucket bulb butter cabin cactus
camel canoe canvas carbon cargo carpet castle cedar cello chalk cherry chess circus citrus clay cliff
clock cloud clover coal cobalt cocoa comet copper coral cotton crane crater cream crow crystal cube
daisy dance delta denim desert diary diver dolphin donkey dragon drum dune eagle easel echo elbow
ember engine fabric falcon fern ferry fiddle fig flame flute foam forest fossil fox frost galaxy
garden garlic ghost giant ginger glacier glove gold granite grape gravel guitar hammer harbor hazel helmet
heron hinge honey hotel hunter iceberg igloo indigo iris iron island ivory ivy jacket jade jaguar
jelly jewel jockey jungle juniper kayak kettle kiosk kite kiwi ladder lagoon lamp lantern lava lemon
lentil lilac lime linen lion lizard llama lobster locket lotus lunar magnet mango maple marble marsh
meadow melon mercury meteor mint mirror monkey moss mosaic muffin museum mustard nectar needle nest nickel
nomad noodle nutmeg oasis oboe ocean olive onion opal orbit orchid otter oven owl oxygen oyster
paddle panda paper parrot pasta peach pearl pebble pepper piano picnic pigeon pilot pine planet plum
pocket polar pond poppy prism puffin pumpkin quartz quilt rabbit radar raft raven reef ribbon river
robin rocket saddle saffron salmon satin shell silver spruce swan tiger tulip velvet violin walnut zebra
`
export const words: readonly string[] = list.trim().split(/\s+/)
