"""Invented places. No city, district or estate here is meant to exist."""

CITY = "澜台市"
DISTRICTS = ["东澜区", "西澜区", "云杉区", "望河区", "松岭区", "南屿新区"]
STREETS = ["春晖", "广济", "永和", "文昌", "安泰", "金桥头", "柳荫", "青石", "渡口", "北辰里", "双槐", "临水"]
ROADS = ["建和", "长禾", "民乐", "云杉", "望河", "学府", "朝晖", "青柳", "同心", "丰登", "石榴", "红叶", "观澜", "明德", "星河"]
ROAD_ENDS = ["路", "大街", "东路", "西路", "南路", "二路", "街"]
ESTATES = ["锦绣", "丽景", "和润", "阳光", "翠湖", "金桂", "书香", "滨河", "福满", "枫林", "盛世", "康宁", "御景", "幸福里", "兰亭", "百合", "橡树湾", "紫荆"]
ESTATE_ENDS = ["花园", "小区", "家园", "佳苑", "新村", "公馆", "名邸", "一期", "雅苑"]
VILLAGES = ["柳家", "石桥头", "大槐树", "上渡", "南坪", "王庄", "小河湾", "杏树", "双井", "青塘", "马头", "新立", "后岭", "白沙"]
TOWNS = ["青塘镇", "上渡镇", "白沙镇", "南坪乡", "石泉镇", "双井乡"]


def make_place(rng, rural=False):
    """Returns {'full', 'mid', 'short'}: three ways to name one place."""
    district = rng.choice(DISTRICTS)
    if rural:
        town, village = rng.choice(TOWNS), rng.choice(VILLAGES) + "村"
        tail = rng.choice(["", f"{rng.randint(1, 12)}组", "村口", "东头"])
        return {"full": f"{CITY}{district}{town}{village}{tail}", "mid": f"{town}{village}{tail}", "short": village}
    street = rng.choice(STREETS) + "街道"
    road = rng.choice(ROADS) + rng.choice(ROAD_ENDS)
    style = rng.random()
    if style < 0.62:
        estate = rng.choice(ESTATES) + rng.choice(ESTATE_ENDS)
        tail = rng.choice(["", f"{rng.randint(1, 28)}号楼", f"{rng.randint(1, 28)}栋{rng.randint(1, 4)}单元", "东门", "北门"])
        return {"full": f"{district}{street}{estate}{tail}", "mid": f"{estate}{tail}", "short": estate}
    if style < 0.85:
        number = f"{rng.randint(1, 320)}号"
        return {"full": f"{district}{road}{number}", "mid": f"{road}{number}", "short": road}
    other = rng.choice(ROADS) + "路"
    return {"full": f"{district}{road}与{other}交叉口", "mid": f"{road}{other}路口", "short": f"{road}{other}口"}
