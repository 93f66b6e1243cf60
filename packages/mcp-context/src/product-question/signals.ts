/** What a text may show of itself, folded: lower case, without accents. */
interface Signal {
  readonly weight: number
  readonly pattern: RegExp
}

const words = (...sources: string[]): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${sources.join('|')})(?![\\p{L}\\p{N}])`, 'u')
const first = (...sources: string[]): RegExp =>
  new RegExp(
    `^[^\\p{L}]*(?:please |can you |could you |would you |now |and now |then )*(?:${sources.join('|')})(?![\\p{L}\\p{N}])`,
    'u',
  )

/** Said to a shop and hardly to anybody else: enough without the name of a thing. */
const toShop: Signal = {
  weight: 0.6,
  pattern: words(
    'in stock|out of stock|sold out|back in stock',
    'do(?:n.t)? (?:you|they) (?:also |still |even )?(?:sell|stock|carry|ship)',
    'in your (?:shop|store|catalogue|catalog|range)',
    'habt ihr .* im angebot|verkauft ihr|auf lager|lieferbar',
    'vendez[- ]vous|en stock|vendeis|venden ustedes|in magazzino|vendete|verkopen jullie|op voorraad',
  ),
}

/** Said of buying, but of other things, too: it needs the name of a thing. */
const ofBuying: Signal = {
  weight: 0.3,
  pattern: words(
    '(?:what|which)(?: [\\p{L}\\p{N}-]+){0,6} (?:do|have|would|could|can|should|did) (?:you|i|we|one)',
    '(?:do|have|are) (?:you|there)(?: [\\p{L}-]+){0,2}? (?:have|got|offer|any|some|a|an)|have you got|you.ve got|you got|you have|have you|do you have|you carry|you offer',
    'is there|are there|where can i|can i (?:buy|get|order|have)|could i (?:buy|get|order)|may i (?:buy|order)',
    'buy(?:ing)?|purchas(?:e|ing)|order(?:ing)?|afford|shopping for|sell',
    'looking for|searching for|search for|after an?|in the market for|looking to (?:buy|get)|i need|i want|i.d like|i would like|we need|we want|need an?|want an?',
    'recommend(?:ation|ations|ed)?|suggest(?:ion|ions)?|advise|which one|options|alternatives?',
    'how (?:much|expensive)|price[sd]?|pricing|costs?|cheap(?:er|est)?|affordable|lowest|discount|on sale|budget|bargain|deal',
    'best|top[- ]rated|best[- ]rated|highest rated|good quality|lightest|smallest|biggest|loudest|warmest|strongest',
    'show me|tell me about your|list (?:your|all)|compare|available|availability|accessor(?:y|ies)|replacement|your',
    'gift|present for|as a present|for my (?:son|daughter|kid|child|mother|father|mum|mom|dad|wife|husband|girlfriend|boyfriend|partner|grandmother|grandfather|grandma|grandpa|friend|sister|brother)',
    'ich suche|suche|brauche|mochte|hatte gern|habt ihr|haben sie|gibt es|was kostet|was kosten|wie ?viel kostet|wie teuer|kaufen|empfehl\\p{L}*|preis|gunstig\\p{L}*|billig\\p{L}*|welche[nrs]?',
    'avez[- ]vous|je cherche|je voudrais|acheter|combien coute\\p{L}*|quel est le prix|prix|pas cher|recommand\\p{L}*|conseill\\p{L}*|quels|quelles',
    'teneis|tienen|tienes|busco|quiero|quisiera|comprar|cuanto cuesta\\p{L}*|cuanto vale|precio|barat\\p{L}*|recomend\\p{L}*|que .* teneis',
    'avete|cerco|vorrei|comprare|quanto costa\\p{L}*|prezzo|economic\\p{L}*|consigli\\p{L}*|quali',
    'hebben jullie|heeft u|ik zoek|kopen|hoeveel kost\\p{L}*|wat kost\\p{L}*|prijs|goedkoop\\p{L}*|aanraden|welke',
  ),
}

/** An amount with its currency, or a limit. */
const ofMoney: Signal = {
  weight: 0.2,
  pattern:
    /(?:under|below|less than|up to|max(?:imum)?\.?|at most|around|about|unter|bis(?: zu)?|moins de|menos de|meno di|onder)\s*[€$£]?\s*\d|[€$£]\s*\d|\d\s*(?:[€$£]|(?:euros?|eur|dollars?|usd|bucks|pounds|gbp|chf)\b)/,
}

/** Work on a text, a program or an idea, and questions for a lexicon: a thing that is named there is not for sale. */
const otherTasks: Signal = {
  weight: -0.6,
  pattern: first(
    'write|rewrite|rephrase|paraphrase|translate|summari[sz]e|explain|draft|compose|generate|create|design|implement|refactor|debug|fix|convert|calculate|compute|solve|classify|extract|analy[sz]e|parse|proofread|correct|edit|complete|continue|define|describe|discuss|outline|brainstorm|roleplay|role-play|pretend|act as|imagine|plan|simulate|rate this|find the bug|tell me (?:a|an|about the)|give me (?:a recipe|an? example|\\p{L}+ arguments|\\p{L}+ reasons)',
    'who|whose|when (?:was|were|did|is)|why|how many|how long|how far|how old|how often|what does .* mean|what(?:.s| is| are| was| were) the (?:\\p{L}+ )?(?:capital|history|meaning|difference|definition|origin|population|temperature|purpose|effect|best way|name of)',
    'how (?:do|does|did|can|could|should|would|to|are|is|was|were)(?! (?:i|we) (?:buy|order|get (?:a|an|one)|pay))(?! (?:much|expensive))',
    'my (?:\\p{L}+ ){1,3}(?:won.t|doesn.t|does not|will not|isn.t|is not|is broken|broke|keeps?|stopped|crash\\p{L}*|throws?)',
    'schreib\\p{L}*|ubersetz\\p{L}*|erklar\\p{L}*|fass\\p{L}*|warum|wieso|wer|wie (?:funktionier\\p{L}*|spat|lange|oft|viele)|kannst du mir erklaren',
    'ecris|ecrivez|traduis|traduisez|explique|expliquez|resume|resumez|pourquoi|qui|comment',
    'escribe|traduce|explica|resume|por que|quien|como (?:se|funciona|puedo)',
    'scrivi|traduci|spiega|riassumi|perche|chi|come (?:si|funziona|posso)',
    'schrijf|vertaal|leg uit|vat .* samen|waarom|wie|hoe (?:werkt|kan|moet|lang)',
  ),
}

/** What is written, reckoned or argued about, and what is broken: not what is on a shelf. */
const otherMatters: Signal = {
  weight: -0.6,
  pattern: words(
    'poem|haiku|limerick|essay|jokes?|lyrics|short story|novel|fiction|recipe|calorie[s]?|synonym|antonym|grammar|sentence|paragraph|e-?mail|cover letter|blog post|slogan',
    'stock (?:price|market|exchange)|share price|shares|mortgage|invest(?:ment|ing)?|tax(?:es)?|interest rate|supply and demand|return on investment|conversion rate|marketing|strategy|start-?up|business plan|product management|refund policy|terms and conditions|ethical',
    'flight|hotel|restaurant|train ticket|visa|doctor|lawyer|mortgages|rent|lease|insurance',
    'philosoph\\p{L}*|theorem|equation|proof|history of|evidence|hypothesis|physics|physically|chemistry|biology|nutrient',
    'wont boot|won.t boot|won.t (?:turn|start|connect)|disconnect\\p{L}*|reset|firmware|black screen|error (?:code|message)|troubleshoot\\p{L}*|factory settings',
    'funktioniert|gedicht|poeme|poema|poesia',
  ),
}

/** Programs, markup and the names of what they are made with. */
const ofPrograms: Signal = {
  weight: -0.6,
  pattern:
    /```|[{};]\s*$|=>|\(\)|\w\(\w*\)|\[\d*\]|<\/?[a-z]+>|[a-z]\.[a-z]+\(|(?<![\p{L}\d])(?:sql|json|yaml|xml|html|css|regex|regexp|javascript|typescript|python|java|kotlin|rust|golang|c\+\+|php|react|vue|angular|node\.?js|npm|git|docker|kubernetes|redis|dynamodb|postgres\w*|mysql|elasticsearch|linux|bash|api|endpoint|database|function|array|class|schema|query|unit test|compiler|null\w*|undefined|exception|stack trace|def|const|async|select .* from|e[a-z]*resolve)(?![\p{L}\d])/u,
}

/** All that is looked for beside the name of a thing. */
export const signals: readonly Signal[] = [toShop, ofBuying, ofMoney, otherTasks, otherMatters, ofPrograms]
