import type { TextRange } from '../text-range.ts';

// What makes a report one of a certain place, time and person, as hotline tickets word it. Rules, not a model of
// names: they decide only what does not count as likeness, and a word that the lexicon knows is none of these.

const HAN = '\\p{Script=Han}';
const DIGITS = '\\d+(?:[.,:\\-—/~]\\d+)*';
const NUMERALS = '[零〇一二两三四五六七八九十百千万亿半几数]';
const NUMBER = `(?:${DIGITS}|${NUMERALS}{1,12})(?:多|余|来|几)?`;

/** Surnames of which some 90 % of people have one (公安部 2020 全国姓名报告, the first hundred), and the commonest double ones. */
const SURNAME =
  '(?:欧阳|司马|上官|诸葛|夏侯|皇甫|尉迟|公孙|慕容|令狐|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤])';
const FORM_OF_ADDRESS =
  '(?:某某?|先生|女士|小姐|太太|同志|师傅|大爷|大妈|大叔|大姐|阿姨|老板|主任|经理|书记|队长|站长|科长|局长|所长|院长|校长|园长|村长|镇长|主席|律师|法官|警官|医生|大夫|护士|老师|教练|工)';

const UNIT =
  '(?:个人|分钟|秒|个?小时|个?钟头|个?半小时|个?月|个?星期|个?礼拜|天|周|年|岁|公里|千米|厘米|毫米|米|平方米?|平米|亩|公斤|千克|斤|克|吨|升|元|块钱?|角|毛钱|万元|亿元|度|摄氏度|℃|%|％|倍|人|名|位|户|次|起|件|辆|台|部|家|条|张|只|个|层|楼|号)';

const TIMES = [
  `(?:\\d{2,4}|[零〇一二三四五六七八九]{2,4})年(?:底|初)?`,
  `(?:\\d{1,2}|[一二三四五六七八九十]{1,3})月(?:份|底|初|中旬|上旬|下旬)?(?:(?:\\d{1,2}|[一二三四五六七八九十]{1,3})[日号])?`,
  `(?:\\d{1,2}|[一二三四五六七八九十]{1,3})[日号](?!楼|院|线|店|门|机|栋|码)`,
  `(?:\\d{1,2}|[一二两三四五六七八九十]{1,3})点(?:钟|半|多|${NUMERALS}{1,3}分?|\\d{1,2}分?)?`,
  '(?:大前|今|昨|前|明|后|当|每|白|整|近|这几|前几|这两)[天日晚夜早](?:[上晨间里])?',
  '(?:今|去|前|明|往|近|当|每|连|近几)年(?:底|初|来)?',
  '(?:这|那|上|本|下|每|近|当)个?(?:周|月|星期|礼拜|季度|学期)(?:[一二三四五六日天末底初])?',
  '(?:周|星期|礼拜)[一二三四五六日天末]',
  '上午|中午|下午|晚上|早上|早晨|清晨|清早|凌晨|傍晚|半夜|夜里|夜间|深夜|夜晚|午夜|午后|白天|早晚|晚间|大半夜',
  '周末|节假日|双休日|国庆|春节|元旦|中秋|端午|清明|过年|年底|年初|月底|月初|寒假|暑假|春天|夏天|秋天|冬天|春季|夏季|秋季|冬季|入秋|入冬|入夏|开春|开学|至今|迄今',
  '\\b(?:today|yesterday|tonight|tomorrow|(?:last|this|next|every) (?:night|week|month|year|morning|evening|afternoon)|(?:in the )?(?:morning|afternoon|evening)|at night|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|october|november|december)s?\\b',
];

const CONTACTS = [
  '[\\w.+-]{1,64}@[\\w-]{1,64}(?:\\.[\\w-]{1,64})+',
  '(?:https?://|www\\.)[^\\s，。；、）)]+',
  '[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z]·?[a-z0-9]{4,6}(?![a-z0-9])',
];

/** HIS2023110502; and as archives are made anonymous: K3县, A市. */
const CODES = ['[a-z]{1,12}\\d[a-z0-9-]*[省市县区镇乡村路街]?', '(?<![a-z])[a-z][省市县区镇乡村路街]'];

const PERSONS = [
  `${SURNAME}${HAN}{0,2}${FORM_OF_ADDRESS}|${SURNAME}(?:某某?|[xX×*]{1,2})`,
  `(?<=(?:我叫|姓名|名叫|联系人)[：:是为 ]?)${SURNAME}${HAN}{1,2}(?!${HAN})`,
  '\\b(?:mr|mrs|ms|miss|dr)\\.? [a-z]+\\b',
];

/** Left of a place's name there is one of these, the text's beginning, or no Chinese character. */
const BEFORE_PLACE = `(?<=^|[^${HAN}]|[在到从于住是和与及区县市镇乡道往去经])`;
const ESTATE =
  '(?:小区|花园|家园|佳苑|嘉苑|花苑|公馆|名邸|雅苑|新村|佳园|嘉园|新城|公寓|广场|大厦|大楼|庄园|山庄|名城|名苑|华府|豪庭|别墅|家属院|宿舍|工业园|开发区|商场|市场|酒店|宾馆|城(?![市管乡镇区建里]))';
const STREET =
  '(?:大道|大街|街道|胡同|[东西南北中一二三四五六]?路(?!灯|面|障|政|况|段|人|边|牌|由|线|怒|程|过|基|网)|[东西南北中一二三四五六]?街(?!灯|道|头|边|坊)|巷子?|弄堂)';
const AREA = '(?:自治区|自治州|新区|[省市县区镇乡村](?!民|委|干|里|长|政|场|容|内|间|道|部|域))';
/** Words that end like a place and are none. */
const NO_PLACE =
  '(?:道|马|公|铁|线|电|走|修|过|网|一|小|大|土|水|让|带|占|堵|问|顺|绕|半|回|生|短|断)路|(?:全|县|进|出|省)城|(?:城|超|门|上|股|菜|夜|楼|房)市|(?:景|地|社|校|片|厂|园|库|小|辖|禁|灾|山|老|城|片|住宅|生活|商业|居民)区|(?:农|乡|全|本|我|邻)村|(?:全|本|我|贵)[省市县区镇乡村]|(?:步行|商业|小吃)街|(?:建筑|菜|农贸|批发|劳动力)市场|(?:一|两|单位|职工|学生|员工)?宿舍';
const PLACES = [
  `${BEFORE_PLACE}(?!${NO_PLACE})${HAN}{1,6}?(?:${ESTATE}|${STREET}|${AREA})`,
  `(?!${HAN}?(?:${NO_PLACE}))${HAN}{2}(?:${ESTATE}|${STREET})`,
  `(?:${DIGITS}|[一二三四五六七八九十]{1,3}|[a-z])(?:号楼|号院|号门|号|栋|幢|单元|室|座|期|组团|弄|楼|层|院)`,
  '(?:[东西南北正后侧]|东南|西南|东北|西北)(?:大?门|侧|面|边|头)|交叉口|十字路口|丁字路口|路口|对面',
  '\\b\\d+ (?:[a-z]+ ){1,3}(?:street|st|road|rd|avenue|ave|lane|drive|way)\\b|\\b(?:[a-z]+ )(?:street|avenue)\\b',
];

const AMOUNTS = [
  `${NUMBER}${UNIT}(?:[多余半]|之多)?`,
  `${DIGITS}`,
  '[零〇一二两三四五六七八九十百千万亿]{2,12}',
];

const PARTICULAR = new RegExp(
  [...CONTACTS, ...CODES, ...PERSONS, ...TIMES, ...PLACES, ...AMOUNTS].join('|'),
  'gu',
);

/**
 * Where a folded text says of whom, where, when, how many and how much: what two tickets may share by chance. Texts of
 * Chinese hotlines, and the plainest of English.
 */
export function particulars(folded: string): TextRange[] {
  return Array.from(folded.matchAll(PARTICULAR), ({ 0: found, index }) => ({
    start: index,
    end: index + found.length,
  })).filter(({ start, end }) => end > start);
}

/** Where a folded text repeats two or more characters of the ticket's own place in a row. */
export function placeMentions(folded: string, place: string): TextRange[] {
  const found: TextRange[] = [];
  for (const { 0: run, index } of folded.matchAll(/[\p{L}\p{N}]{2,}/gu)) {
    for (let start = 0; start < run.length - 1; ) {
      let end = start;
      while (end < run.length && place.includes(run.slice(start, end + 1))) end++;
      if (end - start >= 2) found.push({ start: index + start, end: index + end });
      start = end - start >= 2 ? end : start + 1;
    }
  }
  return found;
}
