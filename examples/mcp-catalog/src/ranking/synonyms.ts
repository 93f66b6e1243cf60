/** What customers call things → what the catalogue calls them: English first, then German, French, Spanish, Italian and Dutch. */
const table = `
headset headphone earphone | headphone
earphone airpod | earbud
tv telly televisor fernseher televiseur television televisione tele | television
notebook macbook ultrabook | laptop
cellphone handy telefon telephone telefono movil cellulare mobiltelefon | phone smartphone
mobile | phone mobile
phone | phone smartphone
pc desktop | pc computer
display screen bildschirm ecran pantalla schermo beeldscherm | monitor display
ssd | ssd drive
hdd harddisk festplatte | drive disk
wlan wifi | wifi router
dashcam | dash cam
ereader kindle ebookreader | ereader reader
ebook | ereader book
turntable plattenspieler platine | turntable record player
loudspeaker lautsprecher enceinte altavoz altoparlante cassa luidspreker boombox | speaker
kopfhorer casque auricular cuffia cuffie hoofdtelefoon koptelefoon | headphone
ecouteur ohrhorer auricolare oordopje | earbud
gerauschunterdruckung noisecancelling noisecanceling canceling cancellation | noise cancelling
tastatur clavier teclado tastiera toetsenbord | keyboard
maus souris raton mouse muis mice | mouse
drucker imprimante impresora stampante | printer
kamera appareil camara fotocamera fotoapparat | camera
laptops portatil portatile portable ordinateur ordenador | laptop
tragbarer tragbar | portable
smartwatche smartwatch smartuhr | smartwatch watch
uhr montre reloj orologio horloge | watch
staubsauger aspirateur aspiradora aspirapolvere stofzuiger hoover | vacuum cleaner
saugroboter robotaspirateur roomba | robot vacuum
powerbank | power bank
ladegerat chargeur cargador caricabatterie caricatore oplader | charger
kabel cavo | cable
steckdose | plug
lampe lampara lampada lamp | lamp
birne gluhbirne ampoule bombilla lampadina | bulb
bell klingel sonnette | doorbell
heating heizung chauffage calefaccion | heating thermostat
luftreiniger purificateur | air purifier
drohne dron drone | drone
beamer projecteur proyector proiettore | projector
kaffee cafe caffe koffie | coffee
kaffeemaschine cafetiere cafetera | coffee machine
kaffeebohne bohne grain grano | bean
gemahlen moulu molido macinato | ground
decaf entkoffeiniert descafeinado decaffeinato | decaffeinated decaf
espressomaschine | espresso machine
kaffeemuhle moulin molinillo macinacaffe | grinder
tee the te thee | tea
schokolade chocolat cioccolato cioccolata chocolade | chocolate
praline pralinen bonbon | truffle chocolate
honig miel miele honing | honey
marmelade confiture mermelada marmellata jelly | jam
erdnussbutter pindakaas | peanut butter
olivenol olijfolie | olive oil
huile aceite olio oil ol | oil
oliva olive d'oliva | olive
essig vinaigre vinagre aceto azijn | vinegar
nudel pate pasta noodle | pasta spaghetti
sosse sauce salsa | sauce
reis riz arroz riso rijst | rice
linse lentille lenteja | lentil
kichererbse garbanzo | chickpea
gewurz epice especia spezie | spice
nuss noix nuez frutto noten | nut
chip crisp | crisp
protein eiweiss | protein
glutenfrei | gluten free
glutenfree | gluten free
hafermilch oatmilk | oat drink
milk milch lait leche latte melk | milk drink
cereal | granola muesli
snack | nut crisp bar
sneaker trainer | trainer shoe
shoe schuh chaussure zapato zapatilla scarpa schoen | shoe
laufschuh hardloopschoen | running shoe
wanderschuh wanderstiefel bergschuh | hiking boot
boot stiefel botte bota stivale laar | boot
running laufen correr courir correre hardlopen jogging jog | running
run | running
marathon | running
hike wandern randonnee senderismo escursione wandelen hiking | hiking
wasserdicht impermeable impermeabile waterdicht watertight | waterproof
jacke veste chaqueta giacca jas coat anorak parka | jacket
hose pantalon jean trouser | jean
hemd shirt tee-shirt camiseta maglietta | shirt
handschuh gant guante guanto handschoen | glove
mutze bonnet gorro berretto muts hat | hat beanie
socke chaussette calcetin calzino sok | sock
sonnenbrille | sunglass
sunglasses | sunglass
sonnenbrillen | sunglass
brille lunette gafas occhiali bril | glass
rucksack sacados mochila zaino rugzak daypack rucksacke | backpack
luggage suitcase koffer | bag duffel
zelt tente tienda tenda tent | tent
schlafsack saco slaapzak | sleeping bag
zwei deux dos due twee two | two
personne person persona personen people | person
leicht leger ligera leggera licht lightweight | light
flashlight torch headlamp stirnlampe frontale | torch head
bottle flasche bouteille botella bottiglia fle | bottle
bike fahrrad velo bicicleta bicicletta bici fiets bicycle cycle | bicycle bike
helmet helm casco | helmet
weight | weight dumbbell
hantel haltere mancuerna | dumbbell
strength | dumbbell band
fitness | fitness
knife messer couteau cuchillo coltello mes knive | knife
topf casserole olla pentola pot | pot
pfanne poele sarten padella pan | pan
wasserkocher bouilloire kettle | kettle
mixer kuchenmaschine robot petrin impastatrice | mixer
backen baking | baking
fryer fritteuse friteuse freidora | fryer
airfryer heissluftfritteuse | air fryer
brot pain pan pane brood | bread
kissen oreiller almohada cuscino kussen | pillow
decke couverture manta coperta deken | blanket
handtuch serviette toalla asciugamano handdoek | towel
bettwasche duvet | bedding
schreibtisch bureau escritorio scrivania | desk
stuhl chaise silla sedia stoel | chair
geschenk cadeau regalo gift | gift
kind enfant nino bambino kid child children son daughter toddler | kid child
grandmother grandma grandfather grandpa senior elderly oma opa | senior older
women woman lady female damen frau femme mujer donna | woman
men man male herren mann homme hombre uomo | man
movie film | film
`

/** Folded and stemmed words, each with the words that it stands for. */
export const synonyms: ReadonlyMap<string, readonly string[]> = new Map(
  table
    .split('\n')
    .filter(line => line.includes('|'))
    .flatMap(line => {
      const [said = '', meant = ''] = line.split('|')
      return said
        .trim()
        .split(' ')
        .map(word => [word, meant.trim().split(' ')] as const)
    }),
)
