#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The page of `fovea watch` in Chromium: load, filter, play, judge, nothing there, 10,000 alarms; and as files of `fovea report`.  test_page.py FOVEA

Skipped where Debian's chromium, chromium-driver and python3-selenium are not installed. With FOVEA_SCREENSHOTS=DIR it leaves
pictures of what it saw there.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

FOVEA = pathlib.Path(sys.argv.pop(1)).resolve()
PATIENCE = 120  # s for what is to come: so that only a hang is told
try:
    from selenium import webdriver
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import WebDriverWait
    MISSING = "" if shutil.which("chromedriver") else "chromium-driver is not installed"
except ImportError:
    MISSING = "python3-selenium is not installed"


def browser(width, height):
    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--window-size={width},{height}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options)


def made_video(path):
    subprocess.run(["gst-launch-1.0", "-q", "videotestsrc", "pattern=ball", "num-buffers=120", "!",
                    "video/x-raw,format=I420,width=320,height=180,framerate=15/1", "!", "x264enc", "key-int-max=15", "!",
                    "video/x-h264,profile=baseline", "!", "mp4mux", "!", "filesink", f"location={path}"], check=True)


def report(source, out):
    subprocess.run([FOVEA, "report", source, "--out", out], check=True, stdout=subprocess.DEVNULL)
    return (out / "index.html").as_uri()


@unittest.skipIf(MISSING, MISSING)
class Page(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="fovea page ")).resolve()
        video = cls.folder / "ball.mp4"
        made_video(video)
        shutil.copy(video, cls.folder / "clip.mp4")
        (cls.folder / "clip.json").write_text(json.dumps({"alarm": {"event": "end"}, "course": {
            "windows": [[0, 2, 0.6], [1, 3, 0.9], [2, 4, 0.3]],
            "regions": [[0, 0, 1, 1, 0.2], [0.25, 0.25, 0.5, 0.5, 0.8]]}}))
        (cls.folder / "cameras.toml").write_text(
            f'folder = "{cls.folder / "out"}"\ndetector = "hog"\n[alarms]\non = 1.0\n[page]\nport = 0\n'
            f'[[camera]]\nname = "door"\nuri = "{video}"\n[[camera]]\nname = "yard"\nuri = "/nowhere.mp4"\n')
        cls.start()
        cls.browser = browser(1280, 900)
        cls.wait = WebDriverWait(cls.browser, PATIENCE)

    @classmethod
    def tearDownClass(cls):
        cls.browser.quit()
        cls.stop()
        shutil.rmtree(cls.folder)

    @classmethod
    def start(cls):
        cls.process = subprocess.Popen([FOVEA, "watch", "--config", cls.folder / "cameras.toml"], stderr=subprocess.PIPE, text=True)
        for line in cls.process.stderr:
            found = re.search(r"page at (\S+)", line)
            if found:
                cls.address = found.group(1)
                return
        raise AssertionError("no page")

    @classmethod
    def stop(cls):
        cls.process.send_signal(signal.SIGTERM)
        cls.process.wait(PATIENCE)
        cls.process.stderr.close()

    def setUp(self):
        self.empty()
        self.open()

    def open(self):
        self.browser.get(self.address)
        self.wait.until(lambda b: len(b.find_elements(By.CSS_SELECTOR, "#cameras li")) == 2)

    def events(self):
        return sqlite3.connect(self.folder / "out/events.db", timeout=PATIENCE)

    def empty(self):
        with self.events() as events:
            for table in ("evidence", "alarm"):
                events.execute(f"DELETE FROM {table}")

    def add(self, count, clip=True, cameras=("yard", "door")):
        """Alarms of today, one after the other, the newest last."""
        midnight = time.mktime(time.localtime()[:3] + (0, 0, 0, 0, 0, -1))
        with self.events() as events:
            for i in range(count):
                begin = int((midnight + 60 + i * 80000 / count) * 1e9)
                cursor = events.execute(
                    "INSERT INTO alarm (camera, label, run, number, begin_utc, end_utc, stream_begin, stream_end, best_utc, score, "
                    "x, y, width, height, persons, ended) VALUES (?, ?, 'made', ?, ?, ?, 0, 3000000000, ?, ?, 0.25, 0.25, 0.5, 0.5, "
                    "'1 2', 1)", (cameras[i % 2], "fall" if i % 5 == 0 else "fight", i, begin, begin + 3 * 10**9, begin,
                                    0.5 + 0.5 * (i + 1) / count))
                if clip:
                    for file in ("clip.mp4", "clip.json"):
                        events.execute("INSERT INTO evidence (alarm, path) VALUES (?, ?)", (cursor.lastrowid, str(self.folder / file)))

    def items(self):
        return self.browser.find_elements(By.CSS_SELECTOR, "#alarms li")

    def inked(self, css, x, y):
        """How opaque a canvas is at a share of its width and height."""
        return self.browser.execute_script(
            "const c = document.querySelector(arguments[0]); return c.width === 0 ? 0 : c.getContext('2d')"
            ".getImageData(c.width * arguments[1], c.height * arguments[2], 1, 1).data[3]", css, x, y)

    def expect_the_course(self):
        """Three bars, the middle one the highest, and the region's weight over the picture, not that of the whole."""
        course = ".course"
        self.wait.until(lambda b: b.find_element(By.CSS_SELECTOR, course).is_displayed())
        self.assertEqual([self.inked(course, x, 0.2) > 0 for x in (0.1, 0.35, 0.75)], [False, True, False])
        self.assertEqual([self.inked(course, x, 0.6) > 0 for x in (0.1, 0.35, 0.75)], [True, True, False])
        self.assertGreater(self.inked(course, 0.75, 0.9), 0)
        self.assertIn("0.90, 1.0 s", self.browser.find_element(By.CSS_SELECTOR, course).get_attribute("aria-label"))
        self.assertGreater(self.inked(".clip canvas", 0.6, 0.6), 0)
        self.assertEqual(self.inked(".clip canvas", 0.1, 0.6), 0)

    def see(self, name):
        if os.environ.get("FOVEA_SCREENSHOTS"):
            self.browser.save_screenshot(os.path.join(os.environ["FOVEA_SCREENSHOTS"], name + ".png"))

    def verdicts(self):
        with self.events() as events:
            return [row[0] for row in events.execute("SELECT verdict FROM alarm ORDER BY begin_utc DESC")]

    def tearDown(self):
        wrong = [entry["message"] for entry in self.browser.get_log("browser") if entry["level"] == "SEVERE"]
        self.assertEqual(wrong, [])

    def test_with_nothing_to_show_it_says_so(self):
        empty = self.browser.find_element(By.ID, "empty")
        self.wait.until(lambda b: empty.text == "No alarm on this day.")
        self.assertEqual(self.items(), [])
        self.see("empty")

    def test_cameras_have_pictures_and_states(self):
        door = self.browser.find_element(By.CSS_SELECTOR, "li[data-name=door]")
        self.wait.until(lambda b: b.execute_script("return arguments[0].querySelector('img').naturalWidth", door) == 640)
        self.wait.until(lambda b: door.find_element(By.CSS_SELECTOR, ".up"))
        yard = self.browser.find_element(By.CSS_SELECTOR, "li[data-name=yard]")
        self.wait.until(lambda b: "down: refused" in yard.text)
        self.assertIn("2 cameras, 1 down", self.browser.find_element(By.ID, "state").text)

    def test_an_alarm_plays_and_is_judged_by_keys(self):
        self.add(3)
        self.open()
        self.wait.until(lambda b: len(self.items()) == 3)
        self.items()[0].find_element(By.TAG_NAME, "button").send_keys(Keys.ENTER)
        dialog = self.browser.find_element(By.ID, "alarm")
        self.wait.until(lambda b: dialog.is_displayed())
        self.wait.until(lambda b: b.execute_script(
            "return document.querySelector('video').currentTime > 0.1 && document.querySelector('.clip canvas').width > 0"))
        self.expect_the_course()
        middles = self.browser.execute_script(
            "return ['video', 'canvas'].map((name) => document.querySelector(`.clip ${name}`).getBoundingClientRect())"
            ".map((place) => [place.left + place.width / 2, place.top + place.height / 2])")
        self.assertEqual(middles[0], middles[1])
        self.see("alarm")
        self.browser.switch_to.active_element.send_keys("N")  # as with caps lock
        self.wait.until(lambda b: len([one for one in self.verdicts() if one is not None]) == 1)
        self.assertIsNotNone(self.verdicts()[0])
        self.browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
        self.browser.switch_to.active_element.send_keys("t")
        self.wait.until(lambda b: len([one for one in self.verdicts() if one is not None]) == 2)
        self.assertNotEqual(self.verdicts()[0], self.verdicts()[1])
        self.browser.find_element(By.CSS_SELECTOR, "[data-by='-1']").click()
        self.assertEqual(self.browser.find_element(By.CSS_SELECTOR, "[aria-pressed=true]").get_attribute("value"), "nothing")
        self.browser.switch_to.active_element.send_keys(Keys.ESCAPE)
        self.wait.until(lambda b: not dialog.is_displayed())
        self.assertIn("nothing", self.items()[0].text)
        self.assertIn("true", self.items()[1].text)

    def test_alarms_of_a_camera_that_is_called_otherwise_by_now_are_found(self):
        self.add(4, cameras=("door", "porch"))
        self.open()
        self.wait.until(lambda b: len(self.items()) == 4)
        names = "return [...document.querySelector('[name=camera]').options].map((one) => one.value)"
        self.assertEqual(sorted(self.browser.execute_script(names)), ["", "door", "porch", "yard"])
        row = self.browser.execute_script("return timelineRows().indexOf('porch')")
        self.assertGreater(self.browser.execute_script(
            "const c = document.getElementById('timeline'), d = c.getContext('2d').getImageData(0, (arguments[0] + 0.5) * 24, c.width, 1).data;"
            "return d.filter((value, i) => i % 4 === 3 && value === 255).length", row), 0)

    def test_a_page_that_is_left_open_shows_the_day_that_it_is(self):
        follow = ("const day = new Date(Date.now() + arguments[0] * 86400000); followDay(day);"
                  "return [document.querySelector('[name=day]').value, dayOf(day)]")
        shown, day = self.browser.execute_script(follow, 1)
        self.assertEqual(shown, day)
        self.browser.execute_script("document.querySelector('[name=day]').value = '2026-01-02'")
        shown, _ = self.browser.execute_script(follow, 2)
        self.assertEqual(shown, "2026-01-02", "as somebody chose it")

    def test_filters_leave_what_was_asked_for(self):
        self.add(20)
        self.open()
        self.wait.until(lambda b: len(self.items()) == 20)

        def choose(name, value):
            self.browser.execute_script(
                "const e = document.querySelector(`[name=${arguments[0]}]`); e.value = arguments[1];"
                "e.dispatchEvent(new Event('input', {bubbles: true}));", name, value)

        choose("camera", "door")
        self.assertEqual(len(self.items()), 10)
        choose("label", "fall")
        self.assertEqual(len(self.items()), 2)
        choose("camera", "")
        choose("label", "")
        choose("least", "0.9")
        self.assertEqual(len(self.items()), 5)
        choose("verdict", "true")
        self.assertEqual(len(self.items()), 0)
        self.assertEqual(self.browser.find_element(By.ID, "empty").text, "No alarm of this day passes the filter.")

    def test_ten_thousand_alarms_do_not_stall_it(self):
        self.add(10_000, clip=False)
        begun = time.monotonic()
        self.open()
        self.wait.until(lambda b: len(self.items()) == 100)
        loaded = time.monotonic() - begun
        longest = self.browser.execute_async_script(
            "const done = arguments[0]; let last = performance.now(), longest = 0, left = 30;"
            "document.querySelector('[name=least]').value = 0.6;"
            "document.querySelector('[name=least]').dispatchEvent(new Event('input', {bubbles: true}));"
            "function look(now) { longest = Math.max(longest, now - last); last = now;"
            "  if (--left) requestAnimationFrame(look); else done(longest); } requestAnimationFrame(look);")
        print(f"10,000 alarms: loaded in {loaded:.2f} s, longest frame while filtering {longest:.0f} ms", file=sys.stderr)
        self.assertLess(loaded, 10)
        self.assertLess(longest, 1000)
        self.browser.find_element(By.ID, "more").click()
        self.assertEqual(len(self.items()), 200)
        self.see("ten-thousand")

    def test_as_files_it_shows_the_same_alarms(self):
        self.add(3)
        self.browser.get(report(self.folder / "out/events.db", self.folder / "report of events"))
        self.wait.until(lambda b: len(self.items()) == 3)
        self.items()[0].find_element(By.TAG_NAME, "button").click()
        self.wait.until(lambda b: b.execute_script("return document.querySelector('video').currentTime") > 0.1)
        self.expect_the_course()
        self.assertFalse(self.browser.find_element(By.CSS_SELECTOR, "button[value=nothing]").is_displayed())

    def test_on_a_phone_nothing_sticks_out(self):
        self.add(5)
        self.browser.set_window_size(390, 844)
        self.addCleanup(self.browser.set_window_size, 1280, 900)
        self.open()
        self.wait.until(lambda b: len(self.items()) == 5)
        wide, inner = self.browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
        self.assertLessEqual(wide, inner)
        self.see("phone")

    def test_long_names_stay_in_their_place(self):
        self.add(6, cameras=("W" * 64, "door"))
        with self.events() as events:
            events.execute("UPDATE alarm SET label = 'somebody climbs over the fence at night', verdict = 'nothing'")
        self.addCleanup(self.browser.execute_cdp_cmd, "Emulation.clearDeviceMetricsOverride", {})
        for width in (1280, 800, 390):
            self.browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", dict(width=width, height=800, deviceScaleFactor=1, mobile=width < 500))
            self.open()
            self.wait.until(lambda b: len(self.items()) == 6)
            self.browser.execute_script("document.querySelector('#cameras span').textContent = 'W'.repeat(64)")
            wide, apart, wrong = self.browser.execute_script(
                "const place = (one) => one.getBoundingClientRect();"
                "const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;"
                "const text = (one) => { const range = document.createRange(); range.selectNodeContents(one); return range; };"
                "const shown = (one) => place(getComputedStyle(one).overflowX === 'hidden' ? one : text(one));"
                "const spans = (one) => [...one.querySelectorAll('span')].filter((span) => span.textContent).map(shown);"
                "const rows = [...document.querySelectorAll('#alarms button, #cameras li')];"
                "const draw = CanvasRenderingContext2D.prototype, {fillText, fillRect} = draw, names = [], bars = [];"
                "draw.fillText = function (text, x) { names.push(x === 4 ? x + this.measureText(text).width : 4); };"
                "draw.fillRect = (x) => bars.push(x); drawTimeline(); Object.assign(draw, {fillText, fillRect});"
                "return [document.documentElement.scrollWidth, Math.max(...names) <= Math.min(...bars), rows.filter((one) => spans(one).some((a, i, all) =>"
                "  a.right > place(one).right || a.left < place(one).left || all.slice(i + 1).some((b) => meet(a, b)))).length]")
            self.assertEqual((wide <= width, apart, wrong), (True, True, 0), f"at {width}: {wide} wide")
            self.see(f"long-names-{width}")

    def test_in_the_dark_what_is_coloured_can_be_read(self):
        self.add(2)
        with self.events() as events:
            events.execute("UPDATE alarm SET verdict = CASE label WHEN 'fall' THEN 'true' ELSE 'nothing' END")
        self.addCleanup(self.browser.execute_cdp_cmd, "Emulation.setEmulatedMedia", {"features": []})
        for scheme in "light", "dark":
            self.browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]})
            self.open()
            self.wait.until(lambda b: len(self.items()) == 2 and "down" in b.find_element(By.ID, "state").text)
            found = self.browser.execute_script(
                "return [...document.querySelectorAll('#state, #cameras span:last-child, #alarms .label, #alarms .verdict')]"
                ".map((one) => [one.textContent, getComputedStyle(one).color])")
            self.assertGreaterEqual(len(found), 7)
            for text, colour in found:
                low, high = sorted((self.luminance(255 if scheme == "light" else 18), self.luminance(*map(int, re.findall(r"\d+", colour)[:3]))))
                self.assertGreaterEqual((high + 0.05) / (low + 0.05), 3.5 if scheme == "light" else 4.5, f"{text}: {colour} in the {scheme}")

    @staticmethod
    def luminance(*parts):
        """As WCAG 2 has it, of parts to 255; one part: of a grey."""
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (part / 255 for part in parts * 3)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    def test_what_is_not_there_now_is_not_shown_as_if_it_were(self):
        self.add(1, clip=False)
        with self.events() as events:
            events.execute("UPDATE alarm SET ended = 0, begin_utc = ?1, end_utc = ?1", (time.time_ns(),))
        self.open()
        self.wait.until(lambda b: ["goes on" in item.text for item in self.items()] == [True])
        self.items()[0].find_element(By.TAG_NAME, "button").click()
        self.assertIn("no clip yet", self.browser.find_element(By.CSS_SELECTOR, ".facts").text)
        self.browser.switch_to.active_element.send_keys(Keys.ESCAPE)
        faded = lambda css: self.browser.execute_script("return getComputedStyle(document.querySelector(arguments[0])).opacity < 1", css)
        self.wait.until(lambda b: faded("li[data-name=yard] img") and not faded("li[data-name=door] img"))
        trouble = self.browser.find_element(By.ID, "trouble")
        self.browser.execute_script("window.answered = fetch; fetch = () => Promise.reject(new Error('gone')); loadAlarms()")
        self.wait.until(lambda b: faded("main") and trouble.text == "The alarms cannot be told now (gone).")
        self.browser.execute_script("fetch = (path, ...more) => path === 'api/state' ? new Response('{\"unkept\": \"full\"}') : answered(path, ...more);"
                                    "filter.day.value = ''; loadAlarms()")  # as while one is typed
        self.wait.until(lambda b: not faded("main") and not trouble.is_displayed() and ": full" in b.find_element(By.ID, "unkept").text)


@unittest.skipIf(MISSING, MISSING)
class Archive(unittest.TestCase):
    """Two labelled videos, in a folder of their own each."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="fovea archive ")).resolve()
        self.addCleanup(shutil.rmtree, self.folder)
        self.alarms = {}
        for name in ("first/a b.mp4", "second/c#d.mp4"):
            video = self.folder / name
            results = video.parent / (video.name + ".fovea") / "results.jsonl"
            results.parent.mkdir(parents=True)
            made_video(video)
            subprocess.run(["gst-launch-1.0", "-q", "filesrc", f"location={video}", "!", "decodebin", "!", "videoconvert", "!",
                            "foveagrid", "actor=false", "!", "foveafeatures", "!", "foveaattention", "!", "foveaalarm",
                            "on=0.0001", "off=0", "!", "foveapublish", f"uri={results}", f"source={video}", "!", "fakesink"],
                           check=True, stdout=subprocess.DEVNULL)
            lines = map(json.loads, results.read_text().splitlines())
            self.alarms[name] = [line["alarm"] for line in lines if line.get("alarm", {}).get("event") == "end"]
            self.assertTrue(self.alarms[name])

    def test_alarms_stand_by_video_and_play_where_they_are(self):
        page = browser(1280, 900)
        self.addCleanup(page.quit)
        wait = WebDriverWait(page, PATIENCE)
        page.get(report(self.folder, self.folder / "the report"))
        items = wait.until(lambda b: b.find_elements(By.CSS_SELECTOR, "#alarms li"))
        self.assertEqual(len(items), sum(map(len, self.alarms.values())))
        self.assertEqual(page.find_element(By.ID, "state").text, f"2 videos, {len(items)} alarms")
        self.assertFalse(page.find_element(By.NAME, "day").is_displayed())
        for name, alarms in self.alarms.items():
            page.execute_script("const e = document.querySelector('[name=camera]'); e.value = arguments[0];"
                                "e.dispatchEvent(new Event('input', {bubbles: true}));", name)
            items = page.find_elements(By.CSS_SELECTOR, "#alarms li")
            self.assertEqual(len(items), len(alarms))
            self.assertEqual({item.find_element(By.CSS_SELECTOR, ".label").text for item in items},
                             {alarm["label"] for alarm in alarms})
            items[0].find_element(By.TAG_NAME, "button").click()
            wait.until(lambda b: b.execute_script("return document.querySelector('video').currentTime") > 0.1)
            self.assertTrue(page.find_element(By.CSS_SELECTOR, ".course").is_displayed())
            page.find_element(By.CSS_SELECTOR, "dialog .close").click()
        if os.environ.get("FOVEA_SCREENSHOTS"):
            page.save_screenshot(os.path.join(os.environ["FOVEA_SCREENSHOTS"], "report.png"))
        self.assertEqual([entry["message"] for entry in page.get_log("browser") if entry["level"] == "SEVERE"], [])

    def test_a_folder_without_results_is_told(self):
        for results in self.folder.rglob("results.jsonl"):
            results.unlink()
        told = subprocess.run([FOVEA, "report", self.folder], capture_output=True, text=True)
        self.assertEqual(told.returncode, 1)
        self.assertIn("holds no results.jsonl and no events.db", told.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
