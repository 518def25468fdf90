"""Words around an event that take it back, or make it another's, and the requests to act against a company."""

# ruff: noqa: E501 - lists of words

from detectors.negativity.harm.events import phrases

BREAKS = frozenset({",", ";", ":", "—", "–", "|", "(", "but", "amid", "despite", "while", "though", "although", "even"})
"""What ends the reach of a word that takes back."""

TAKEN_BACK_BEFORE = frozenset(
    phrases("""no, not, never, without, zero, nor, neither, isn't, wasn't, aren't, weren't, won't, doesn't, didn't, hasn't, haven't,
    isnt, wasnt, arent, wont, doesnt, didnt, cannot, avoid, avoids, avoided, avoiding, avert, averts, averted, averting, prevent,
    prevents, prevented, preventing, foil, foils, foiled, thwart, thwarts, thwarted, deny, denies, denied, denying, reject, rejects,
    rejected, rejecting, refute, refutes, refuted, dispute, disputes, disputed, cleared, clears, clear, acquitted, exonerated, vindicated,
    absolved, wins, won, win, winning, end, ends, ended, ending, lift, lifts, lifted, lifting, fight, fights, fighting, combat, combats,
    combating, tackle, tackles, tackling, curb, curbs, curbing, reduce, reduces, reducing, protect, protects, protecting, debunk, debunks,
    debunked, false, fake, hoax, resolve, resolves, resolved, resolving, fix, fixes, fixed, fixing, overturn, overturns, overturned,
    quash, quashes, quashed, toss, tosses, tossed, throws, defeat, defeats, defeated, beats, survive, survives, survived,
    recover, recovers, recovered, recovering, escape, escapes, escaped, unaffected, unscathed, minus, anti, against-all,
    averting, reverse, reverses, reversed, reversing, free, restore, restores, outlast, spared, spares, detecting,
    spotting, spot, preempt, rule, dismisses, dismiss, dismissed, drop, drops, dropped, withdraws, abandon, abandons, abandoned""")
)
"""Not an event that comes within four words behind one of these; the last few, of a quarrel alone."""

QUARREL_BEFORE = frozenset(
    phrases(
        "dismisses, dismiss, dismissed, drop, drops, dropped, withdraws, abandon, abandons, abandoned, rule, tosses"
    )
)
QUARRELS = frozenset(
    phrases("""
        lawsuit, lawsuits, suit, case, claim, claims, charges, charge, probe, probes, investigation, investigations,
        inquiry, complaint, complaints, appeal, ban, boycott, strike, strikes, action, allegations, accusations,
        sanctions, prosecution, inquest, litigation, layoffs, recall, penalty, fine, fraud, criminal charges, class
        action, antitrust
    """)
)

TAKEN_BACK_AFTER = frozenset(
    phrases("""
        ends, ended, resolved, dismissed, dropped, lifted, averted, avoided, tossed, overturned, quashed, fixed,
        unfounded, denied, debunked, false, hoax, rejected, reversed, concluded, foiled, prevented, thwarted, fades,
        baseless, untrue, rumour, rumor, rumours, rumors, myth, cancelled, averting, over, withdrawn, blocked,
        suspended, closed, free
    """)
)
"""Nor one that comes within three words before one of these."""
OF_STRIKES = frozenset({"suspended", "withdrawn", "cancelled", "blocked", "closed"})
"""These take back a quarrel alone: what is suspended else is the harm."""

NO_THREAT = frozenset(
    phrases("""
        prevention, insurance, insurer, insurers, law, laws, lawyer, lawyers, attorney, attorneys, solicitor,
        solicitors, drill, drills, detection, protection, preparedness, awareness, simulation, simulator, exercise,
        training, policy, cover, coverage, movie, film, game, novel, drama, thriller, series, podcast, museum, scene,
        survivor, survivors, recovery, response, management, analytics, software, prevention, expert, experts,
        resistance, resilience, guide, checklist, statistics, tracker, helpline, hotline, monitoring, experience,
        season, party, boss, proof, squad, history, podcasts, documentary, joke, jokes, free, tips, theme, pun, puns
    """)
)
"""Behind an event: it is spoken of, and has not come."""

OVER = frozenset(
    phrases("""
        restored, restores, restoring, resume, resumes, resumed, resuming, reinstated, reinstates, reinstate, reopen,
        reopens, reopened, recovers, recovered, rebounds, back online, back up, back to normal, up and running, fully
        operational, back in service, back in stock, returns to service, operating normally, running normally,
        unaffected, contained quickly, all clear, given all clear, called off, calls off, call off, thrown out, throws
        out, struck out, reaches deal, deal reached, ruled out, rules out, safe to eat, safe to drink, back on sale,
        back on shelves, back in business, returns to shelves, no injuries, nobody hurt, nobody was hurt, no one hurt,
        everyone safe, no one injured, back on track, running again, flying again, working again, trading again, open
        again, back running, back to full
    """)
)
CLEARED = frozenset(
    phrases("""
        cleared of, cleared by, cleared in, acquitted, exonerated, vindicated, absolved, found not guilty, not guilty,
        wins lawsuit, wins case, wins appeal, wins dismissal, judge dismisses, court dismisses, judge tosses, court
        rejects, judge rejects, judge throws out, court throws out, no evidence, no sign, no signs, no indication, no proof, no wrongdoing, no truth, in favour
        of, in favor of, no link, finds no, found no, false alarm, not true, ruled accidental, wrongly accused,
        falsely accused, hoax, clean bill
    """)
)
"""What makes a whole sentence one of an end, and one of innocence."""

FICTION = frozenset(
    phrases("""
        film, films, movie, movies, gamer, gamers, gaming, gameplay, episode, episodes, trailer, trailers, novel,
        drama, thriller, comedy, sequel, prequel, plot, screenplay, dungeon, guild, quest, loot, dlc, box office,
        cinema, cinemas, starring, stars as, soundtrack, album, chart, lyrics, remix, true crime, podcast,
        documentary, heist, fanfic, anime, manga, cosplay, playthrough, speedrun, respawn, npc, raiding, finale,
        binge, binged, bingeing, watching, season two, season 2, season 3, season 1, season one, season three, cast,
        screening, premiere, premieres, paperback, bookshop, author, fictional, villain, superhero, xp, patch notes,
        mmo, clan, playlist, gig, setlist, character, characters, spoiler, spoilers, miniseries, sitcom, chapter one,
        whodunnit, whodunit, murder mystery, escape room, board game, playstation, xbox, nintendo, level up, final
        boss, dragon, dragons, zombie, zombies, vampire, stand-up, rerun, remake, theater, theatre, opera, playwright
    """)
)
SPORT = frozenset(
    phrases("""
        match, goal, goals, league, striker, strikers, playoffs, playoff, inning, innings, batter, pitcher, midfield,
        midfielder, fc, derby, fixture, half-time, nba, nfl, mlb, nhl, vs, beat, beats, thrash, thrashes, thrashed,
        crush, crushes, crushed, hat-trick, hat trick, kickoff, kick-off, quarterback, touchdown, semi-final,
        semifinal, final, finals, cup, tournament, champions, championship, wicket, wickets, batsman, bowler, scored,
        scores, scoring, defender, keeper, goalkeeper, offside, var, referee, puck, rebounds, grand prix, lap, laps,
        qualifying, peloton, olympic, medal, smashed it, home run, bullpen, linebacker, sidelined, hamstring, grand
        slam, tennis, golf, rugby, cricket, knee, ankle, groin, calf, wide receiver, squad, coach, injury time,
        transfer window
    """)
)
WEATHER = frozenset(
    phrases("""
        storm, storms, hurricane, tornado, tornadoes, flood, floods, flooding, snow, snowfall, blizzard, earthquake,
        quake, wildfire, wildfires, heatwave, typhoon, cyclone, weather, lightning, rain, rainfall, winds, gale,
        gales, tsunami, avalanche, landslide, drought, ice, thunderstorm, monsoon, fog
    """)
)
GRIEF = frozenset(
    phrases("""
        rip, r.i.p, rest in peace, condolences, mourn, mourns, mourning, funeral, memorial, in memory, in loving
        memory, passed away, tribute, tributes, thoughts and prayers, our hearts, grieving, remembering, remembers,
        vigil, anniversary of, aged, at the age, beloved, pays respects, remembrance, miss you, gone too soon,
        heartbroken, sad news, dies at, dead at, died at, lost my, rest easy, obituary, minute's silence
    """)
)
HELP = frozenset(
    phrases("""
        helps, helping, helped, donates, donated, donating, donation, donations, relief, fundraiser, fundraising,
        raises money, charity, rescues, rescued, volunteers, volunteering, awareness, in aid of, supports victims,
        support for, offers support, comfort, shelter, free meals, free rides, pledges, food bank, blood drive, thank
        you, grateful, heroes, hero, saved, saves lives, scholarship, fund for
    """)
)
ADVICE = frozenset(
    phrases("""
        how to, tips, guide, webinar, workshop, lecture, museum, years ago, history of, what is, explained, explainer,
        law firm, lawyers, attorneys, solicitors, on this day, case study, lessons, best practices, insights, toolkit,
        book your, sign up, register now, learn more, join us, conference, thesis, whitepaper, white paper,
        hypothetical, imagine, pretend, quiz, survey, crossword, 1950s, 1960s, 1970s, 1980s, century, solution,
        solutions, startup, protects, protect your, insurance, hiring, we're hiring, apply now, vacancy, job opening,
        career, careers, dreamt, dreamed, dream, joke, joking, joked, lol, haha, meme
    """)
)
PERSONAL = frozenset(
    phrases(
        "i, i'm, i've, i'd, i'll, im, ive, my, me, mine, we, we're, we've, you, you're, u, ur, your, us, omg, lmao, gonna, wanna"
    )
)

AMID = frozenset({"amid", "after", "over", "following", "as"})

ACTS_AGAINST = frozenset(
    phrases("""
        sue, sues, suing, sued, fine, fines, fined, raid, raids, raided, probe, probes, probed, investigate,
        investigates, investigated, investigating, accuse, accuses, accused, accusing, slam, slams, slammed, condemn,
        condemns, condemned, criticise, criticises, criticised, criticize, criticizes, criticized, denounce,
        denounces, denounced, arrest, arrests, arrested, charge, charges, charged, prosecute, prosecutes, prosecuted,
        indict, indicts, indicted, seize, seizes, seized, sanction, sanctions, sanctioned, blame, blames, blamed,
        expose, exposes, exposed, rebuke, rebukes, rebuked, sentence, sentences, sentenced, convict, convicts,
        convicted, jail, jails, jailed, hears, hear, heard, upholds, uphold, upheld, rules, ruled, orders, ordered,
        overturns, dismisses, outlaws, search, searches, searched, hunt, hunts, appeal, appeals, seek, seeks, rejects
    """)
)
"""Verbs by which whoever stands before them acts against another."""
AGENTS = frozenset(
    phrases("""
        police, detectives, officers, court, courts, judge, crown, county, high, supreme, appeals, fire, crews, firefighters,
        lawyers, attorneys, solicitors, law, llp, volunteers, hospital, paramedics, news, times, newspaper, reporters, journalists,
        charity, rescue, ambulance, prosecutors, magazine, tribune, herald, post
    """)
)
"""Whose trade is the harm of others: what these of a brand do is no harm to it."""
PASSIVE = frozenset(
    phrases("""
        by, over, for, after, in, amid, as, on, at, again, twice, from, with, when, following, under, because, to, of,
        and, while, since, due, out, down, back, it, its, a, an, record, nearly, almost, more, another, heavily
    """)
)
"""What stands behind such a verb in its past form where the one before it is acted on."""
REPORTS = frozenset(
    phrases("""
        reports, reported, reporting, covers, covering, covered, publishes, published, writes, wrote, airs,
        broadcasts, interviews, interviewed, podcast, explains, documentary, newsroom, journalist, journalists,
        reporter, reporters, correspondent, columnist, editorial, front page, story, article, headline, live,
        analysis, obtains
    """)
)
REPORTS_ON = frozenset(
    {
        "reports on",
        "reported on",
        "reporting on",
        "report on",
        "story on",
        "article on",
        "podcast on",
        "writes about",
        "interviews",
    }
)
ASSISTS = frozenset(
    phrases("""
        cares, caring, care, shelters, feeds, comforts, helps, help, helping, helped, donates, donated, donate,
        supports, supporting, aids, aiding, assists, assisting, rescues, rescued, treats, treating, pledges, pledged,
        raises, raising, sends, sent, offers, offering, opens, gives, protects, protecting, stands, represents,
        representing, represented, defends, defended, defending, advises, advised, advising,
        lawyers, lawyer, attorneys, attorney, solicitors, solicitor, counsel, llp, law, secures, secured, recovers,
        alerts, warns, warned, warning, reminds, urges, urging, responds, responding, teaches, insures, hosts,
        fights, battles, tackle, tackles
    """)
)
"""Verbs and words behind a name that has a part in another's harm: it helps, represents, warns."""
OWN_ALL_THE_SAME = frozenset(
    phrases("for bankruptcy, for insolvency, for protection, for chapter, profit warning, job cuts, of losses, of job")
)
OTHERS = frozenset(
    phrases("rival, rivals, competitor, competitors, another, other, neighbouring, neighboring, unrelated, elsewhere")
)
