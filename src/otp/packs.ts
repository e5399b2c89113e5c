import type { LanguagePack } from './pack.ts';
import af from './rules/languages/af.json' with { type: 'json' };
import am from './rules/languages/am.json' with { type: 'json' };
import ar from './rules/languages/ar.json' with { type: 'json' };
import az from './rules/languages/az.json' with { type: 'json' };
import bg from './rules/languages/bg.json' with { type: 'json' };
import bn from './rules/languages/bn.json' with { type: 'json' };
import ca from './rules/languages/ca.json' with { type: 'json' };
import common from './rules/languages/common.json' with { type: 'json' };
import cs from './rules/languages/cs.json' with { type: 'json' };
import da from './rules/languages/da.json' with { type: 'json' };
import de from './rules/languages/de.json' with { type: 'json' };
import el from './rules/languages/el.json' with { type: 'json' };
import en from './rules/languages/en.json' with { type: 'json' };
import es from './rules/languages/es.json' with { type: 'json' };
import et from './rules/languages/et.json' with { type: 'json' };
import fa from './rules/languages/fa.json' with { type: 'json' };
import fi from './rules/languages/fi.json' with { type: 'json' };
import fr from './rules/languages/fr.json' with { type: 'json' };
import gu from './rules/languages/gu.json' with { type: 'json' };
import he from './rules/languages/he.json' with { type: 'json' };
import hi from './rules/languages/hi.json' with { type: 'json' };
import hu from './rules/languages/hu.json' with { type: 'json' };
import hy from './rules/languages/hy.json' with { type: 'json' };
import id from './rules/languages/id.json' with { type: 'json' };
import icelandic from './rules/languages/is.json' with { type: 'json' };
import it from './rules/languages/it.json' with { type: 'json' };
import ja from './rules/languages/ja.json' with { type: 'json' };
import ka from './rules/languages/ka.json' with { type: 'json' };
import kk from './rules/languages/kk.json' with { type: 'json' };
import km from './rules/languages/km.json' with { type: 'json' };
import kn from './rules/languages/kn.json' with { type: 'json' };
import ko from './rules/languages/ko.json' with { type: 'json' };
import lo from './rules/languages/lo.json' with { type: 'json' };
import lt from './rules/languages/lt.json' with { type: 'json' };
import lv from './rules/languages/lv.json' with { type: 'json' };
import mk from './rules/languages/mk.json' with { type: 'json' };
import ml from './rules/languages/ml.json' with { type: 'json' };
import mn from './rules/languages/mn.json' with { type: 'json' };
import mr from './rules/languages/mr.json' with { type: 'json' };
import my from './rules/languages/my.json' with { type: 'json' };
import nb from './rules/languages/nb.json' with { type: 'json' };
import ne from './rules/languages/ne.json' with { type: 'json' };
import nl from './rules/languages/nl.json' with { type: 'json' };
import pa from './rules/languages/pa.json' with { type: 'json' };
import pl from './rules/languages/pl.json' with { type: 'json' };
import pt from './rules/languages/pt.json' with { type: 'json' };
import ro from './rules/languages/ro.json' with { type: 'json' };
import ru from './rules/languages/ru.json' with { type: 'json' };
import si from './rules/languages/si.json' with { type: 'json' };
import sk from './rules/languages/sk.json' with { type: 'json' };
import sl from './rules/languages/sl.json' with { type: 'json' };
import sq from './rules/languages/sq.json' with { type: 'json' };
import sr from './rules/languages/sr.json' with { type: 'json' };
import sv from './rules/languages/sv.json' with { type: 'json' };
import sw from './rules/languages/sw.json' with { type: 'json' };
import ta from './rules/languages/ta.json' with { type: 'json' };
import te from './rules/languages/te.json' with { type: 'json' };
import th from './rules/languages/th.json' with { type: 'json' };
import tl from './rules/languages/tl.json' with { type: 'json' };
import tr from './rules/languages/tr.json' with { type: 'json' };
import uk from './rules/languages/uk.json' with { type: 'json' };
import ur from './rules/languages/ur.json' with { type: 'json' };
import uz from './rules/languages/uz.json' with { type: 'json' };
import vi from './rules/languages/vi.json' with { type: 'json' };
import zh from './rules/languages/zh.json' with { type: 'json' };

/** Every built-in language pack. A new language is one file in rules/languages/ and its line here. */
export const languagePacks: readonly LanguagePack[] = [
  common,
  af,
  am,
  ar,
  az,
  bg,
  bn,
  ca,
  cs,
  da,
  de,
  el,
  en,
  es,
  et,
  fa,
  fi,
  fr,
  gu,
  he,
  hi,
  hu,
  hy,
  id,
  icelandic,
  it,
  ja,
  ka,
  kk,
  km,
  kn,
  ko,
  lo,
  lt,
  lv,
  mk,
  ml,
  mn,
  mr,
  my,
  nb,
  ne,
  nl,
  pa,
  pl,
  pt,
  ro,
  ru,
  si,
  sk,
  sl,
  sq,
  sr,
  sv,
  sw,
  ta,
  te,
  th,
  tl,
  tr,
  uk,
  ur,
  uz,
  vi,
  zh,
];
