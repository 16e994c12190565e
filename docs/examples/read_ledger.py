"""Prints what happened in a Muster folder as JSON lines, oldest first, by the rules of docs/ledger.md: python3 read_ledger.py .muster"""
import gzip, hashlib, json, pathlib, re, sys

LINE = re.compile(
    rb'\{"v":[1-9]\d*,"seq":([1-9]\d*),"prev":"([0-9a-f]{16})","d":(0|[1-9]\d*)'
    rb'(?:,"at":\d+,"up":\d+,"boot":"[^"]*","kind":"([^"]*)"(?:,"resume":"([0-9a-f]{16})")?(,"next":)?(?:,"to":"(database|folder)")?)?'
    rb'.*,"sum":"([0-9a-f]{16})"\}', re.DOTALL)

def segments(folder):
    for path in sorted((folder / 'ledger').glob('[0-9]' * 8 + '.jsonl')):
        data = path.read_bytes()
        if data.startswith(b'{"archived":'):
            data = gzip.decompress((folder / 'archive' / (path.name + '.gz')).read_bytes())
        yield data.split(b'\n')[:-1]  # What stands behind the last line feed is no line yet.

def counted(folder):
    head, sums, away = 0, {0: b'0' * 16}, False
    for segment in segments(folder):
        for raw in segment:
            match = LINE.fullmatch(raw)
            if not match or len(raw) >= 512 * 1024 or hashlib.sha256(raw[:-26]).hexdigest()[:16].encode() != match[8]:
                continue  # Junk, or the fence before a line.
            seq, prev, disk, kind = int(match[1]), match[2], int(match[3]), match[4]
            follows = prev == sums[head] and (seq == head + 1 or (kind == b'repaired' and seq > head))
            if not away and disk == seq - 1 and sums.get(disk, prev) != prev: sys.exit(f'The history is forked at {seq}.')
            if not away and not follows and disk > head: sys.exit(f'Lines are missing behind {head}.')
            if not follows or seq <= head: continue  # Its writer lost a race, and knows it.
            head, sums[seq] = seq, (match[5] if kind == b'repaired' and match[5] else match[8])
            away = match[7] == b'database' if kind == b'moved' and match[7] else away
            yield kind, json.loads(raw)
            if kind == b'closed' or (kind == b'repaired' and match[6]) or (kind == b'moved' and away):
                break  # The history goes on in the next segment.

folder = pathlib.Path(sys.argv[1])
if not (folder / 'ledger').is_dir():
    sys.exit(f'There is no ledger in {folder}.')
for kind, line in counted(folder):
    for op in line['ops'] if kind == b'commit' else []:
        for event in op['events']:
            print(json.dumps({'seq': line['seq'], 'at': line['at'], 'by': op['by'], **event}, ensure_ascii=False))
