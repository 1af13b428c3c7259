package io.vigil.sinks.onvif;

import static io.vigil.sinks.testing.DetectionsFixture.box;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vigil.schema.Detections;
import io.vigil.sinks.testing.DetectionsFixture;
import java.io.StringReader;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

class SceneDescriptionTest {

    private static final String TT = "http://www.onvif.org/ver10/schema";

    @Test
    void shouldBeValidByItsSchemaTypes() throws Exception {
        for (Detections detections : new Detections[] {
            DetectionsFixture.of("north", 0),
            DetectionsFixture.of("north", 1, box("person", 0, 0, 640, 480, "1-2-0")),
            DetectionsFixture.of(
                    "north", 2, box("truck", -30, -20, 900, 700, null), box("sledge", 1, 2, 3, 4, "1-2-1")),
        }) {
            String xml = SceneXml.of(SceneFrame.of(detections));

            schema().newValidator().validate(new StreamSource(new StringReader(xml)));
            assertThat(xml).doesNotContain("\n");
        }
    }

    @Test
    void schemaTypesShouldRefuseWhatIsOutside() throws Exception {
        String xml = SceneXml.of(SceneFrame.of(DetectionsFixture.of("north", 1, box("person", 0, 0, 64, 48, "1-2-0"))));

        for (String broken :
                new String[] {xml.replace("top=\"1.0\"", "top=\"1.5\""), xml.replace("tt:Class", "tt:Klass")}) {
            assertThat(broken).isNotEqualTo(xml);
            assertThatThrownBy(() -> schema().newValidator().validate(new StreamSource(new StringReader(broken))))
                    .isInstanceOf(SAXException.class);
        }
    }

    @Test
    void boxesShouldBeNormalizedWithTheYAxisUpwards() throws Exception {
        Element object = first(
                SceneXml.of(SceneFrame.of(DetectionsFixture.of("north", 1, box("car", 160, 0, 160, 120, "1-2-0")))));

        Element box = child(object, "BoundingBox");
        assertThat(box.getAttribute("left")).isEqualTo("-0.5");
        assertThat(box.getAttribute("right")).isEqualTo("0.0");
        assertThat(box.getAttribute("top")).isEqualTo("1.0");
        assertThat(box.getAttribute("bottom")).isEqualTo("0.5");
        assertThat(child(object, "CenterOfGravity").getAttribute("x")).isEqualTo("-0.25");
        assertThat(child(object, "CenterOfGravity").getAttribute("y")).isEqualTo("0.75");
    }

    @Test
    void labelsShouldBecomeObjectTypes() throws Exception {
        Element car =
                first(SceneXml.of(SceneFrame.of(DetectionsFixture.of("north", 1, box("car", 1, 2, 3, 4, "1-2-0")))));

        assertThat(child(child(car, "Class"), "Type").getTextContent()).isEqualTo("Vehicle");
        assertThat(child(child(car, "Class"), "Type").getAttribute("Likelihood"))
                .isEqualTo("0.75");
        assertThat(child(child(car, "VehicleInfo"), "Type").getTextContent()).isEqualTo("Car");
        assertThat(ObjectClass.ofLabel("Person").type()).isEqualTo("Human");
        assertThat(ObjectClass.ofLabel("sledge").type()).isEqualTo("sledge");
    }

    @Test
    void aTrackShouldHaveOneNumberAndNeighboursOthers() {
        assertThat(SceneFrame.objectId("1767268800250000-12-0"))
                .isNotNegative()
                .isEqualTo(SceneFrame.objectId("1767268800250000-12-0"))
                .isNotEqualTo(SceneFrame.objectId("1767268800250000-12-1"))
                .isNotEqualTo(SceneFrame.objectId("1767268800250000-21-0"));
    }

    @Test
    void noNameShouldBreakTheDocument() throws Exception {
        Document document = parse(SceneXml.of(SceneFrame.of(
                DetectionsFixture.of("a\"<&\u0001b", 1, box("</tt:Type>\u0000&]]>", 1, 2, 3, 4, "1-2-0")))));

        Element frame = (Element) document.getElementsByTagNameNS(TT, "Frame").item(0);
        assertThat(frame.getAttribute("Source")).isEqualTo("a\"<&\uFFFDb");
        assertThat(child(frame, "Type").getTextContent()).isEqualTo("</tt:Type>\uFFFD&]]>");
    }

    @Test
    void jsonShouldTellTheSame() throws Exception {
        JsonNode frame = new ObjectMapper()
                .readTree(SceneJson.of(
                        SceneFrame.of(DetectionsFixture.of("north", 1, box("car", 160, 0, 160, 120, "1-2-0")))))
                .get("Frame")
                .get(0);

        assertThat(frame.get("@UtcTime").asText()).isEqualTo("2026-01-01T12:00:00.250Z");
        JsonNode object = frame.get("Object").get(0);
        assertThat(object.get("@ObjectId").asInt()).isEqualTo(SceneFrame.objectId("1-2-0"));
        assertThat(object.at("/Appearance/Shape/BoundingBox/@left").asDouble()).isEqualTo(-0.5);
        assertThat(object.at("/Appearance/Class/Type/0/#text").asText()).isEqualTo("Vehicle");
        assertThat(object.at("/Appearance/VehicleInfo/0/Type/#text").asText()).isEqualTo("Car");
    }

    private static Schema schema() throws SAXException {
        return SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
                .newSchema(SceneXml.class.getResource("scene.xsd"));
    }

    private static Element first(String xml) throws Exception {
        return (Element) parse(xml).getElementsByTagNameNS(TT, "Object").item(0);
    }

    private static Document parse(String xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setNamespaceAware(true);
        return factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml)));
    }

    private static Element child(Element parent, String name) {
        return (Element) parent.getElementsByTagNameNS(TT, name).item(0);
    }
}
