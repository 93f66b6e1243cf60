/** What shops sell, in words that name hardly anything else: singular, folded. */
const named: Readonly<Record<string, string>> = {
  electronics: `headphone headset earphone earbud earplug speaker loudspeaker boombox soundbar subwoofer amplifier turntable vinyl microphone radio mp3
    laptop notebook ultrabook chromebook pc computer desktop monitor display keyboard mouse trackpad webcam printer scanner router modem ssd hdd
    harddrive drive usb hub dock adapter charger cable powerbank battery phone smartphone cellphone mobile tablet ereader e-reader reader kindle stylus
    camera camcorder lens tripod gimbal drone dashcam projector beamer tv television oled streaming console gamepad controller joystick
    smartwatch wearable tracker doorbell thermostat bulb lamp light lantern torch flashlight headlamp plug socket vacuum hoover purifier humidifier
    dehumidifier fan heater fridge freezer dishwasher dryer oven microwave stove cooker toaster iron shaver trimmer hairdryer toothbrush`,
  wear: `watch wristwatch ring bracelet necklace earring strap band glasses sunglasses goggles shoe sneaker trainer boot sandal slipper heel sock
    jacket coat parka anorak fleece vest hoodie sweater jumper cardigan shirt tshirt t-shirt polo blouse dress skirt jeans trousers pants leggings
    shorts suit tie belt glove mitten scarf hat cap beanie underwear bra swimsuit bikini pyjamas pajamas robe backpack rucksack bag handbag duffel
    suitcase luggage wallet purse umbrella perfume lipstick mascara shampoo sunscreen clothing clothes jewellery jewelry merino`,
  food: `coffee espresso decaf tea matcha chai cocoa chocolate praline truffle caramel candy sweets gum biscuit cookie cracker crisps chips snack nut
    almond cashew walnut hazelnut peanut granola muesli cereal oats porridge honey jam marmalade spread butter oil vinegar pasta spaghetti penne
    fusilli noodle rice lentil chickpea bean flour sugar spice paprika pepper salt curry pesto sauce ketchup mustard mayonnaise soup bread
    cheese yoghurt yogurt milk juice lemonade soda cola water beer wine whisky gin protein vitamin supplement electrolyte mango raisin fruit`,
  home: `kettle grinder percolator blender mixer juicer fryer airfryer breadmaker knife pan pot saucepan wok casserole skillet cutlery plate mug cup
    bowl glassware carafe thermos lunchbox bottle flask tin jar mattress pillow duvet blanket bedding sheet towel curtain rug carpet sofa couch armchair
    chair desk table shelf bookcase wardrobe cabinet drawer bed crib mirror frame vase candle clock lampshade mop broom bucket drill hammer
    screwdriver saw ladder toolbox lawnmower hose grill barbecue planter`,
  sport: `tent tarp hammock sleepingbag mat dumbbell kettlebell barbell treadmill rower roller racket ball football basketball helmet bike bicycle scooter
    skateboard skate ski snowboard surfboard kayak paddle canoe pole rope carabiner compass binoculars telescope lock pump saddle drybag
    puzzle lego toy doll plush boardgame stroller pushchair pram diaper nappy leash collar aquarium guitar ukulele violin piano drum`,
  german: `kopfhorer ohrhorer lautsprecher tastatur maus drucker bildschirm fernseher handy telefon kamera ladegerat kabel staubsauger saugroboter lampe
    uhr ring schuh wanderschuh laufschuh stiefel jacke mantel hose hemd kleid handschuh mutze socke brille sonnenbrille rucksack tasche koffer
    kaffee tee schokolade honig marmelade nudel reis olivenol essig nuss wasserkocher kaffeemaschine kaffeemuhle kuchenmaschine mixer messer pfanne topf
    kissen decke handtuch stuhl schreibtisch zelt schlafsack fahrrad helm hantel flasche geschenk toaster bohrmaschine`,
  french: `casque ecouteur enceinte ordinateur portable clavier souris imprimante ecran televiseur telephone montre bague aspirateur lampe chargeur
    cable appareil chaussure basket botte veste manteau pantalon chemise robe gant bonnet chaussette lunettes sac valise cafe chocolat
    miel confiture pate riz huile vinaigre noix bouilloire cafetiere moulin couteau poele casserole oreiller couverture serviette chaise bureau
    tente duvet velo casquette haltere bouteille gourde`,
  spanish: `auricular altavoz portatil ordenador teclado raton impresora pantalla televisor telefono movil camara cargador reloj anillo
    aspiradora lampara zapato zapatilla bota chaqueta abrigo pantalon camisa camiseta vestido guante gorro calcetin gafas mochila bolso maleta
    cafe chocolate miel mermelada arroz aceite vinagre nuez cafetera molinillo cuchillo sarten olla almohada manta toalla silla escritorio
    tienda bicicleta casco mancuerna botella`,
  italian: `cuffia cuffie auricolare altoparlante cassa computer tastiera stampante schermo televisore telefono cellulare fotocamera caricatore orologio
    anello aspirapolvere lampada scarpa scarpe stivale giacca cappotto pantaloni camicia maglietta vestito guanti berretto calzini occhiali zaino
    borsa valigia caffe cioccolato miele marmellata pasta riso olio aceto noci bollitore macinacaffe coltello padella pentola cuscino coperta
    sedia scrivania tenda bicicletta casco borraccia`,
  dutch: `koptelefoon oordopjes luidspreker toetsenbord muis printer scherm televisie telefoon oplader horloge stofzuiger lamp schoen schoenen laars jas
    broek hemd jurk handschoenen muts sokken bril rugzak koffer koffie thee chocolade honing rijst olie azijn waterkoker pan kussen deken
    handdoek stoel bureau tent slaapzak fiets helm fles`,
}

/** Two words that only together name something sold. */
const inTwo = `sleeping bag|power bank|air fryer|bread maker|lunch box|dry bag|memory card|hard drive|hard disk|game console|record player|foam roller|resistance band|
  yoga mat|chest strap|fitness band|key finder|coffee maker|coffee machine|washing machine|espresso machine|vacuum cleaner|smart home|smart plug|smart glasses|vr headset|
  dive computer|diving computer|phone case|screen protector|security camera|baby monitor|car seat|robot vacuum|rain gear|base layer|protein bar|gift box|car tyre|car tire|
  gluten free|tool set|bean to cup|running gear`

/** Folded words that name what is sold. */
export const goods: ReadonlySet<string> = new Set(Object.values(named).flatMap(words => words.split(/\s+/)))
/** Of two words, written apart or with a hyphen. */
export const goodsInTwo: RegExp = new RegExp(`\\b(?:${inTwo.replace(/\|\s+/g, '|').replaceAll(' ', '[ -]')})s?\\b`)
