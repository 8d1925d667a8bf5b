import java.io.IOException;
import java.nio.charset.StandardCharsets;
import javax.servlet.http.HttpServletRequest;
import javax.servlet.http.HttpServletResponse;
import org.mortbay.jetty.Request;
import org.mortbay.jetty.Server;
import org.mortbay.jetty.handler.AbstractHandler;

/** The clinic's booking page on Jetty, started from its source: java -cp JARS BookingPage.java PORT. */
public class BookingPage extends AbstractHandler {
    private static final String PAGE =
        "<!doctype html><html lang=\"nb\"><head><meta charset=\"utf-8\"><title>Timebestilling - Lyngvik tannklinikk</title>"
            + "</head><body><h1>Bestill time hos Lyngvik tannklinikk</h1><p>Velg undersøkelse, røntgen eller rens.</p></body></html>";

    @Override
    public void handle(String target, HttpServletRequest request, HttpServletResponse response, int dispatch)
            throws IOException {
        byte[] page = PAGE.getBytes(StandardCharsets.UTF_8);
        response.setStatus(target.equals("/") ? 200 : 404);
        response.setContentType("text/html; charset=utf-8");
        response.setContentLength(page.length);
        response.getOutputStream().write(page);
        ((Request) request).setHandled(true);
    }

    public static void main(String[] arguments) throws Exception {
        Server server = new Server(Integer.parseInt(arguments[0]));
        server.setSendServerVersion(true);
        server.setHandler(new BookingPage());
        server.start();
        server.join();
    }
}
