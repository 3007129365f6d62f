"""Words that carry no subject: English function words, and the verbs and adverbs of which abstracts are made."""

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

_OF_ABSTRACTS = """
abstract achieve achieved achieves achieving additionally address addresses aim aims allow allowing allows analyse analyses analyze analyzed
analyzing apply applied applying approach approaches appear appears argue arise arises article available based better certain clearly
common commonly compare compared comparing comparison complete consider considered considering consist consistent consistently consists
contain contains contribute contribution contributions crucial current currently demonstrate demonstrated demonstrates demonstrating
derive derived describe described describes despite detail details determine develop developed developing different difficult directly
discuss discussed easily effect effective effectively efficiently enable enables enabling especially establish established evaluate
evaluated evaluating example examples existing experiment experiments explain explore explored exploring extend extended extensive
extensively finally find finding findings finds focus following follows framework furthermore gain gains general generally give given
gives good great greatly help helps high higher highly hold holds ii iii illustrate important importantly improve improved improvement
improvements improves improving include includes including increase increased increases increasing increasingly indeed indicate
introduce introduced introduces introducing investigate investigated investigating involve involves issue issues key known large larger
largely lead leading leads led likely limited literature low lower main mainly make makes making method methods methodology moreover
motivated namely necessary need needed needs new novel number numerous observe observed obtain obtained obtaining obtains offer offers
order outperform outperforming outperforms overcome paper papers particular particularly perform performance performed performs play
plays possible potential present presented presenting presents previous previously problem problems propose proposed proposes proposing
prove proved proves provide provided provides providing question questions range real recent recently reduce reduced reduces reducing
relevant rely relies remain remains remarkably report reported reports require required requires requiring research respect respectively
result resulting results reveal review role same set sets setting settings several show showed showing shown shows significant
significantly similar simple simply simultaneously single small solve solved solves solving specific specifically standard state studied
studies study studying substantial substantially successful suffer suffers suggest suggests superior support supports task tasks
technique techniques term terms test tested towards type types typically understand understanding unlike use used useful uses using usual
usually utilize utilizing validate various vary verify way ways widely work works yield yielding yields fast faster able allow able best
respective respective further easy hard strong strongly significantly art code released release years year past today century long short
""".split()
_THIRD_PERSON = """
adapts adds affects aligns answers approximates asks assumes attains avoids becomes begins behaves benefits brings builds captures carries
changes comes computes concerns confirms connects converges converts covers creates cuts deals defines delivers depends differs
eliminates encodes ends ensures estimates exceeds exhibits exists exploits extracts faces fails falls falls feeds fills fits forces forms
generalises generalizes generates gets goes grows guarantees handles happens implies incorporates infers inherits inserts integrates keeps
lacks learns lets lies links looks maintains maps matches maximises maximizes means measures meets merges minimises minimizes misses moves
obeys occurs operates optimises optimizes passes performs permits picks preserves prevents produces promises quantifies raises ranges
reaches reads recovers refers relates relaxes removes replaces represents resolves respects retains returns rolls runs satisfies says scales
seeks seems selects sends serves shares simplifies speeds stands starts stays stems stops surpasses survives takes tells tends tracks trains
transforms translates treats turns underlies unifies uncovers varies writes
""".split()
_NOUNS_AFTER_ALL = {"system", "systems", "computer", "least", "fire", "interest", "mill", "bill", "side", "bottom", "top", "front"}
STOP_WORDS = (frozenset(ENGLISH_STOP_WORDS) | frozenset(_OF_ABSTRACTS) | frozenset(_THIRD_PERSON)) - _NOUNS_AFTER_ALL
