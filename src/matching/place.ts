/**
 * A place as an archive writes it, taken apart so that two spellings of it can be compared. Every part is folded: in
 * compatibility form (full-width digits become plain), lower case, without blanks and punctuation, numbers in digits
 * (三号楼 = 3号楼). Parts that the text does not state are empty.
 */
export interface Place {
  /** 区, 县. Province and city are left out: a hotline serves one. */
  readonly district: string;
  /** 街道, 镇, 乡. */
  readonly street: string;
  /** Compound, road with number, or crossing, without building, gate and 附近. Empty where no more than the street is stated. */
  readonly site: string;
  /** Number or letter of the building in the compound. */
  readonly building: string;
}

// 小区, 社区, 园区… are no districts.
const DISTRICT =
  /^(?:[^区县市]{2,5}(?:省|自治区))?(?:[^区县市]{1,5}市)?([^区县]{1,5}(?:(?<![小社园校厂景片街宅活属库])区|县))/u;
const STREET =
  /^([^镇乡路号\d]{1,7}?街道|[^镇乡路街号\d]{1,6}(?:镇(?![路街巷])|乡(?![村路街巷])))(?:办事处|办)?/u;
const ROAD_NUMBER = /^(.+?(?:路|街|道|巷|弄|胡同)\d+)(?:号院|号|弄)?(?!路|街)(.*)$/u;
const CROSSING =
  /^(.+?(?:路|街|道|巷))[与和]?(.+?(?:路|街|道|巷))(?:交叉口|交汇处|交叉路口|十字路口|路口|交口|口)/u;
const BUILDING = /^(.*?)第?(\d+|(?<![a-z])[a-z])(?:号楼|栋|幢|座|号院|号(?!线)|楼)/u;
const DETAIL =
  /(?:[东南西北正侧后前]{1,2}|\d+号)?(?:门口|门前|大门|门|侧|附近|旁边|旁|对面|周边|一带|里面|内|(?<=村)村口|[东南西北]头)$/u;
/** A building or a room of who knows what. */
const BARE = /^第?[\da-z]*(?:号楼|栋|幢|座|号|楼|室|单元)?$/u;
const NUMERAL = /[零〇一二三四五六七八九十百]+(?=号|栋|幢|座|单元|楼|层|室|期|弄|巷)/gu;
/** What is longer is a story. Some of the patterns take quadratic time. */
const LONGEST = 200;
const DIGITS = '零一二三四五六七八九';

/** The parts of a place. Undefined where it names neither a street nor anything narrower. */
export function parsePlace(text: string | undefined): Place | undefined {
  let rest = fold((text ?? '').slice(0, LONGEST));
  const district = DISTRICT.exec(rest);
  rest = rest.slice(district?.[0].length ?? 0);
  const street = STREET.exec(rest);
  rest = rest.slice(street?.[0].length ?? 0);
  const parts = siteOf(rest);
  const named = street?.[1] ?? '';
  if (named === '' && parts.site === '') return undefined;
  return { district: district?.[1] ?? '', street: named, ...parts };
}

/**
 * Whether two places are the same site: `same` where the sites are equal and neither district, street nor building
 * speaks against it; `different` where one does; `unknown` where one of the sites is not stated.
 */
export function compareSites(a: Place | undefined, b: Place | undefined): 'same' | 'different' | 'unknown' {
  if (!a || !b) return 'unknown';
  const parts = ['district', 'street', 'site', 'building'] as const;
  if (parts.some((part) => a[part] !== '' && b[part] !== '' && a[part] !== b[part])) return 'different';
  return a.site === '' || b.site === '' ? 'unknown' : 'same';
}

/**
 * Indices of `places` grouped by site; where no site is stated, by street. Buildings of a compound are one place. A
 * place that leaves out district or street belongs to the one group that it can mean, and where it can mean several, to
 * none of them. Does not depend on the order.
 */
export function groupBySite(places: readonly (Place | undefined)[]): readonly (readonly number[])[] {
  const sites = new Map<string, Map<string, { readonly place: Place; readonly indices: number[] }>>();
  places.forEach((place, index) => {
    if (!place) return;
    const labels = sites.get(place.site) ?? new Map();
    sites.set(place.site, labels);
    const key = `${place.district}\n${place.street}`;
    const label = labels.get(key) ?? { place, indices: [] };
    labels.set(key, label);
    label.indices.push(index);
  });
  return [...sites.values()].flatMap((labels) => {
    const all = [...labels.values()];
    const whole = all.filter(({ place }) => !all.some((other) => isVaguer(place, other.place)));
    const groups = new Map(whole.map((label) => [label, [...label.indices]]));
    for (const label of all) {
      if (groups.has(label)) continue;
      const meant = whole.filter(({ place }) => isVaguer(label.place, place));
      const group = meant.length === 1 ? groups.get(meant[0] as (typeof whole)[number]) : undefined;
      if (group) group.push(...label.indices);
      else groups.set(label, [...label.indices]);
    }
    return [...groups.values()].map((indices) => indices.sort((a, b) => a - b));
  });
}

/** Whether `a` states less of district and street than `b`, and nothing else. */
function isVaguer(a: Place, b: Place): boolean {
  const within = (part: 'district' | 'street') => a[part] === '' || a[part] === b[part];
  return within('district') && within('street') && (a.district !== b.district || a.street !== b.street);
}

function siteOf(text: string): Pick<Place, 'site' | 'building'> {
  const crossing = CROSSING.exec(text);
  if (crossing) return { site: [crossing[1], crossing[2]].sort().join('与'), building: '' };
  const road = ROAD_NUMBER.exec(text);
  const [before, after] = road ? [`${road[1]}号`, road[2] ?? ''] : ['', text];
  const building = BUILDING.exec(after);
  if (road) return { site: before, building: building?.[2] ?? '' };
  const site = (building?.[1] || after).replace(DETAIL, '');
  return BARE.test(site) ? { site: '', building: '' } : { site, building: building?.[2] ?? '' };
}

function fold(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '')
    .replace(NUMERAL, (numeral) => String(numberOf(numeral)));
}

/** 三 = 3, 十二 = 12, 二十 = 20, 一百零八 = 108, 二〇三 = 203. */
function numberOf(numeral: string): number {
  const characters = [...numeral.replace(/〇/g, '零')];
  if (!/[十百]/.test(numeral)) return Number(characters.map((digit) => DIGITS.indexOf(digit)).join(''));
  let value = 0;
  let digit = 0;
  for (const character of characters) {
    const unit = character === '十' ? 10 : character === '百' ? 100 : 0;
    if (unit > 0) value += (digit || 1) * unit;
    digit = unit > 0 ? 0 : DIGITS.indexOf(character);
  }
  return value + digit;
}
