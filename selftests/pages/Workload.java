// SPDX-License-Identifier: GPL-2.0-or-later
// What a Java server typically keeps in memory: records, strings, maps.
// Grows until it is stopped.
import java.nio.file.*;
import java.util.*;

class Workload {
	record Row(long id, String user, double score, List<String> tags) {}

	public static void main(String[] args) throws Exception {
		List<String> lines = new ArrayList<>();
		for (String name : new String[] { "/etc/services", "/etc/protocols", "/etc/mime.types" })
			if (Files.exists(Path.of(name)))
				lines.addAll(Files.readAllLines(Path.of(name)));
		System.getProperties().forEach((key, value) -> lines.add(key + "=" + value));
		Map<String, Row> kept = new HashMap<>();
		for (long n = 0; ; n++) {
			String line = lines.get((int)(n * 7 % lines.size()));
			List<String> tags = new ArrayList<>(Arrays.asList(line.split("\\W+")));
			kept.put("row-" + n + "-" + line.length(),
				 new Row(n, "user" + n % 977, n / 7.0, tags));
		}
	}
}
